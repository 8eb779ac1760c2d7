//! Decisions of a range of time, counted.

use crate::error::ReadError;

/// Decisions that are counted at once, at most.
pub const DECISIONS_MAX: u32 = 100_000;
/// Rows of one answer, at most; those with the highest counts.
pub const ROWS_MAX: u32 = 1_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stat {
    /// What each stage concluded, and how often it stood against a deployment.
    Stages,
    /// Which rules findings cite.
    Rules,
    /// Who wished to deploy all the same, and what became of it.
    Overrides,
    /// How often plugins were asked, how often they could not answer, and how long they took.
    Plugins,
    /// What monitored stages would have stopped.
    WouldBlock,
    /// What waivers tolerate.
    Waivers,
}

impl Stat {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Stages, Self::Rules, Self::Overrides, Self::Plugins, Self::WouldBlock, Self::Waivers];

    /// The word used in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Rules => "rules",
            Self::Overrides => "overrides",
            Self::Plugins => "plugins",
            Self::WouldBlock => "would-block",
            Self::Waivers => "waivers",
        }
    }
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Decisions that were looked at: those within reach.
    pub decisions: u64,
    /// What each row is called by, in order.
    pub names: Vec<&'static str>,
    /// What each row counts, in order.
    pub counts: Vec<&'static str>,
    /// The highest first count first.
    pub rows: Vec<Counted>,
    /// Whether there are more than [`ROWS_MAX`].
    pub more: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// In the order of [`Counts::names`].
    pub names: Vec<Option<String>>,
    /// In the order of [`Counts::counts`]; none where nothing was measured.
    pub counts: Vec<Option<u64>>,
}

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The range holds more decisions than are counted at once.
    #[error("more than {DECISIONS_MAX} decisions lie between these moments: narrow them")]
    TooMany,
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<sqlx::Error> for StatsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}
