//! Watches: what signals said of a deployment that runs, and what came of it.

use crate::{id::DecisionId, leaf_size::LeafTooLarge, permit::REASON_BYTES_MAX};
use std::{sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, name::EnvironmentName, observation::Advice, time::Timestamp};

/// Bytes of the gate's own word on why a watch stands as it does, at most.
pub const WHY_BYTES_MAX: usize = 1_024;
/// Watches of one page, at most.
pub const WATCHES_MAX: u32 = 200;

/// What began a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchCause {
    /// Somebody asked for it.
    ByHand,
    /// A deployment succeeded whose set says that it is watched then.
    Event,
    /// A forced deployment succeeded.
    Forced,
}

impl WatchCause {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Event, Self::Forced];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Event => "event",
            Self::Forced => "forced",
        }
    }

    /// The cause of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.word() == word)
    }
}

/// How a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchState {
    /// Signals are sampled. Every other state is an end.
    Running,
    /// To its end nothing stood against the deployment.
    Healthy,
    /// Its plugin advised to undo the deployment, and what follows from that stands.
    RolledBack,
    /// At its end the signals allowed no conclusion.
    Inconclusive,
    /// Somebody ended it.
    Cancelled,
    /// Its end passed while no gate looked.
    Expired,
}

impl WatchState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Running, Self::Healthy, Self::RolledBack, Self::Inconclusive, Self::Cancelled, Self::Expired];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Healthy => "healthy",
            Self::RolledBack => "rolled_back",
            Self::Inconclusive => "inconclusive",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A watch that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    /// What it is called: as a decision's id.
    pub id: Arc<str>,
    /// The decision that the deployment went by. Of one decision one watch runs at a time.
    pub decision: DecisionId,
    /// Where it was deployed to.
    pub environment: EnvironmentName,
    /// What began it.
    pub cause: WatchCause,
    /// Who did; authenticated.
    pub by: Arc<str>,
    /// Of the body that says what is sampled, and which plugin is asked with which settings.
    pub plan: Digest,
    /// When it was deployed, as far as is known.
    pub deployed_at: Timestamp,
    /// When it is to end.
    pub ends_at: Timestamp,
    /// How often signals are sampled.
    pub step: Duration,
}

/// A watch stands otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchChange {
    /// Which watch.
    pub id: Arc<str>,
    /// Of its changes the how-manieth, from 1: whoever comes second with one is too late.
    pub number: u32,
    /// How it stands from then on.
    pub state: WatchState,
    /// What the plugin advises; none: it was not asked, or no answer of it counts.
    pub advice: Option<Advice>,
    /// Of the body that the plugin was asked with.
    pub window: Option<Digest>,
    /// Of the body that it answered.
    pub answer: Option<Digest>,
    /// Looks since the last change that changed nothing.
    pub looks: u64,
    /// Why, where the answer does not say it: one line, of the gate.
    pub why: Option<Arc<str>>,
    /// Who ended it, and for what reason.
    pub cancelled: Option<WatchCancel>,
}

/// Who ended a watch, and for what reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchCancel {
    /// A person; authenticated.
    pub by: Arc<str>,
    /// In their words.
    pub reason: Arc<str>,
}

impl WatchChange {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let reason = self.cancelled.as_ref().map_or(0, |cancel| cancel.reason.len());
        let why = self.why.as_ref().map_or(0, |why| why.len());
        for (what, used, allowed) in
            [("bytes of a reason", reason, REASON_BYTES_MAX), ("bytes of a watch's reason", why, WHY_BYTES_MAX)]
        {
            if used > allowed {
                return Err(LeafTooLarge { what, used, allowed });
            }
        }
        Ok(())
    }
}

/// A watch as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// As it began.
    pub begun: NewWatch,
    /// Where the leaf of its beginning lies.
    pub leaf_index: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// How it stands.
    pub state: WatchState,
    /// The last change; none yet.
    pub last: Option<LastChange>,
    /// Looks that changed nothing, as far as changes say.
    pub looks: u64,
}

/// The last change of a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// What it says.
    pub change: WatchChange,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}

impl Watch {
    /// Of its changes so far the how-manieth the last one is; 0: there is none.
    #[must_use]
    pub fn changes(&self) -> u32 {
        self.last.as_ref().map_or(0, |last| last.change.number)
    }
}

/// Which watches are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchesAsked {
    /// Of this decision.
    pub decision: Option<DecisionId>,
    /// That stand like this.
    pub state: Option<WatchState>,
    /// That began before the one whose leaf this is.
    pub before: Option<u64>,
    /// So many, at most [`WATCHES_MAX`].
    pub limit: u32,
}
