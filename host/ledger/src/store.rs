//! SQL, one file for each table.
//!
//! One set of statements for SQLite and PostgreSQL: `$1` for values, numbers for truth, and what they do not say alike in [`dialect`] and [`kind`].

pub(crate) mod acts;
pub(crate) mod agreements;
pub(crate) mod archives;
pub(crate) mod archiving;
pub(crate) mod baselines;
pub(crate) mod beside;
pub(crate) mod blobs;
pub(crate) mod builder;
pub(crate) mod checkpoints;
pub(crate) mod confirmations;
pub(crate) mod copying;
pub(crate) mod cosignatures;
pub(crate) mod dialect;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod expiry;
pub(crate) mod forced;
pub(crate) mod forgetting;
pub(crate) mod head;
pub(crate) mod holds;
pub(crate) mod incidents;
pub(crate) mod intact;
pub(crate) mod keys;
pub(crate) mod kind;
pub(crate) mod leaves;
pub(crate) mod lock;
pub(crate) mod maintenances;
pub(crate) mod named;
pub(crate) mod notices;
pub(crate) mod obligations;
pub(crate) mod open;
pub(crate) mod permits;
pub(crate) mod present;
pub(crate) mod projection;
pub(crate) mod reach;
pub(crate) mod reached;
pub(crate) mod removals;
pub(crate) mod rollbacks;
pub(crate) mod room;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod sizes;
pub(crate) mod span_index;
pub(crate) mod span_profiles;
pub(crate) mod spans;
pub(crate) mod sql;
pub(crate) mod statements;
pub(crate) mod stats;
pub(crate) mod texts;
pub(crate) mod tokens;
pub(crate) mod trace_search;
pub(crate) mod tree;
pub(crate) mod verifications;
pub(crate) mod watch_alerts;
pub(crate) mod watch_leases;
pub(crate) mod watches;

/// The databases that statements are written for, named in this one place.
pub(crate) type Db = sqlx::Any;
pub(crate) type Connection = <Db as sqlx::Database>::Connection;
pub(crate) type Pool = sqlx::Pool<Db>;
pub(crate) type DbRow = <Db as sqlx::Database>::Row;

/// Rows of one statement, at most: SQLite binds 32,766 values, PostgreSQL 65,535.
pub(crate) const ROWS_MAX: usize = 500;

/// Both databases' integers are signed.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A count or an index as databases store it; their columns refuse negative ones.
pub(crate) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
