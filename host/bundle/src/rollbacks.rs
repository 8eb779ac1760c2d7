//! How a set undoes deployments: by which order, how often by itself, and what people may ask for.

use std::{collections::BTreeSet, time::Duration};

/// Between two rollbacks of a service that nobody asked for, where a set says nothing.
pub const COOL_DOWN: Duration = Duration::from_secs(3_600);
/// Rollbacks that nobody asked for in an environment within an hour, where a set says nothing.
pub const PER_HOUR: u32 = 3;

/// What a set says of rollbacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackRules {
    /// The order that undoes a deployment, as the configuration names it; none: a person has to.
    pub order: Option<String>,
    /// How long after a rollback of a service none of it is ordered by itself.
    pub cool_down: Duration,
    /// So many are ordered by themselves in an environment within an hour, and then none.
    pub per_hour: u32,
    /// What people may ask for.
    pub by_hand: BTreeSet<ByHand>,
}

/// What people may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByHand {
    /// To go back to the deployment before.
    Previous,
    /// To go back to a version that they name.
    Version,
    /// To go back with one service of several.
    Service,
}

impl ByHand {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Previous, Self::Version, Self::Service];

    /// The word used in policy sets.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Version => "version",
            Self::Service => "service",
        }
    }
}
