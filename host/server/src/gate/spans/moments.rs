//! When what happened, on one clock: the wall clock is read once, what follows is measured from there, so that no span ends before it begins.

use std::time::Instant;
use tidegate_core::time::Timestamp;

/// The moments of one decision.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    /// When the request came, on the wall clock.
    pub received_at: Timestamp,
    /// The same moment, measured.
    pub received: Instant,
    /// When nothing stood in the way of a decision: it is no retry of one that stands.
    pub deciding: Instant,
    /// When its tree was built.
    pub built: Instant,
}

/// The moments inside of a ruling.
#[derive(Debug, Clone, Copy)]
pub struct RulingMoments {
    /// When it began to look for a policy set.
    pub began: Instant,
    /// When it knew the set, and began to read the evidence.
    pub chosen: Instant,
    /// When the evidence was read.
    pub read: Instant,
    /// When the set with its overrides was known.
    pub resolved: Instant,
    /// When the decision was made.
    pub decided: Instant,
}

impl Moments {
    /// A measured moment as nanoseconds since 1970.
    #[must_use]
    pub fn nanos(&self, moment: Instant) -> u64 {
        self.received_at.plus(moment.saturating_duration_since(self.received)).nanos()
    }
}
