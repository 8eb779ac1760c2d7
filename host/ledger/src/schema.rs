//! Which builds the tables of a ledger serve. A build is as new as the newest migration that it knows.

/// Why this build does not serve tables that another one made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtherTables {
    /// They were changed in a way that this build is too old for.
    #[error(
        "a newer build made them (migration {theirs}), and they serve builds that know migration {since} or a later one; the newest \
         that this build knows is {newest}; hint: start a build that is as new"
    )]
    Newer {
        /// The first migration that a build has to know.
        since: i64,
        /// The newest that this build knows.
        newest: i64,
        /// The newest that was made.
        theirs: i64,
    },
    /// This build and the one that made them each know a migration that the other one does not.
    #[error(
        "they have migrations up to {theirs} and this build knows those up to {newest}, but migration {migration} is one that only one \
         side has; hint: start a build that knows all of them"
    )]
    OfAnotherLine {
        /// That migration.
        migration: i64,
        /// The newest that this build knows.
        newest: i64,
        /// The newest that was made.
        theirs: i64,
    },
}
