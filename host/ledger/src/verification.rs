//! Decisions that look at a deployment after it went out, and at which they look.

use crate::id::DecisionId;
use tidegate_core::time::Timestamp;

/// At which deployment a decision looks: no part of what replays, since it is judged like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifies {
    /// The decision that the deployment went by.
    pub decision: DecisionId,
    /// The leaf of the event after which the gate looked by itself; none: somebody asked. After one event it looks once.
    pub event: Option<u64>,
}

/// A look at a deployment, as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The decision that it came to.
    pub decision: DecisionId,
    /// At what.
    pub verifies: Verifies,
    /// Whether the deployment may stay.
    pub passed: bool,
    /// When it was recorded.
    pub at: Timestamp,
}
