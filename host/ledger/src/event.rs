//! What became of a deployment, as whoever deploys says.

use crate::id::DecisionId;
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Events of one deployment, at most.
pub const EVENTS_MAX: u64 = 1_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeploymentEvent {
    /// It began.
    Started,
    /// It is done, and runs.
    Succeeded,
    /// It did not work.
    Failed,
    /// What ran before runs again.
    RolledBack,
}

impl DeploymentEvent {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Started, Self::Succeeded, Self::Failed, Self::RolledBack];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
        }
    }

    /// The event of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }
}

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The decision that the deployment goes by.
    pub decision: DecisionId,
    /// The attempt, as its caller named it.
    pub deployment: Arc<str>,
    /// What happened.
    pub event: DeploymentEvent,
    /// When, as whoever says so says.
    pub said_at: Option<Timestamp>,
    /// Who says so; authenticated.
    pub by: Arc<str>,
    /// Whether the decision allowed it at that moment. What happened all the same is recorded, too.
    pub permitted: bool,
}

/// An event that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// As it was said.
    pub event: NewEvent,
    /// When the gate was told.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}
