//! Rollbacks: what was ordered for one service, or why a person has to.

use crate::{id::DecisionId, leaf_size::LeafTooLarge, removal::short};
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};

/// Reasons of one rollback, at most.
pub const REASONS_MAX: usize = 16;
/// Bytes of a cause, at most.
pub const CAUSE_BYTES_MAX: usize = 128;

/// What became of a wish to have one service run what it ran before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRollback {
    /// Unique.
    pub id: Arc<str>,
    /// What the wish follows from: of one cause there is one rollback of a service, ever.
    pub cause: Arc<str>,
    /// The watch that wished it; none: a person did.
    pub watch: Option<Arc<str>>,
    /// Who wished it; authenticated. None: a watch did.
    pub by: Option<Arc<str>>,
    /// Why, in that person's words.
    pub reason: Option<Arc<str>>,
    /// Why, in the watch's words, at most [`REASONS_MAX`].
    pub reasons: Vec<Arc<str>>,
    /// By which the deployment went that is undone.
    pub decision: DecisionId,
    /// Where.
    pub environment: EnvironmentName,
    /// What.
    pub service: ServiceName,
    /// The version that was deployed.
    pub from: Version,
    /// What came of it.
    pub fate: Fate,
    /// What the record has to be when it is written; in no leaf.
    pub still: Option<Newest>,
}

/// What came of the wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Somebody was told to do it.
    Ordered(Ordered),
    /// Nobody was: a person has to.
    Withheld {
        /// Why.
        why: Withheld,
        /// In words, with the numbers.
        detail: Arc<str>,
    },
}

/// What was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The version that is to run.
    pub to: Version,
    /// The decision by which it was deployed, where the gate chose it.
    pub to_decision: Option<DecisionId>,
    /// The order, as the configuration names it.
    pub order: Arc<str>,
    /// The notice that carries it.
    pub notice: Arc<str>,
}

/// Why nothing was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// A rollback of the service was ordered too short a time ago.
    CoolDown,
    /// As many as may be were ordered within the hour.
    Cap,
    /// No other version of it succeeded there by the rules.
    NoPrevious,
    /// A later decision took the place of the one that is to be undone.
    Superseded,
    /// The policy set names no order.
    NoOrder,
}

impl Withheld {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::CoolDown, Self::Cap, Self::NoPrevious, Self::Superseded, Self::NoOrder];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CoolDown => "cool_down",
            Self::Cap => "cap",
            Self::NoPrevious => "no_previous",
            Self::Superseded => "superseded",
            Self::NoOrder => "no_order",
        }
    }

    /// The reason of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.word() == word)
    }
}

/// The leaf of the newest rollback that was ordered in an environment, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest(pub Option<u64>);

/// A rollback as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// As it was recorded.
    pub new: NewRollback,
    /// Of its leaf.
    pub leaf_index: u64,
    /// When.
    pub at: Timestamp,
}

/// What is looked for; what is not said fits every one.
#[derive(Debug, Clone, Default)]
pub struct RollbacksAsked {
    /// There.
    pub environment: Option<EnvironmentName>,
    /// Of this service.
    pub service: Option<ServiceName>,
    /// Of deployments that went by this decision.
    pub decision: Option<DecisionId>,
    /// With leaves before this one.
    pub before: Option<u64>,
    /// So many, at most.
    pub max: u32,
}

/// A deployment to which a service can go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// By which it went.
    pub decision: DecisionId,
    /// What it put there.
    pub version: Version,
}

impl NewRollback {
    /// What was ordered, if anything.
    #[must_use]
    pub fn ordered(&self) -> Option<&Ordered> {
        match &self.fate {
            Fate::Ordered(ordered) => Some(ordered),
            Fate::Withheld { .. } => None,
        }
    }

    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let large = |what, used, allowed| Err(LeafTooLarge { what, used, allowed });
        if self.cause.len() > CAUSE_BYTES_MAX {
            return large("bytes of a rollback's cause", self.cause.len(), CAUSE_BYTES_MAX);
        }
        if self.reasons.len() > REASONS_MAX {
            return large("reasons of a rollback", self.reasons.len(), REASONS_MAX);
        }
        let detail = match &self.fate {
            Fate::Withheld { detail, .. } => Some(detail),
            Fate::Ordered(_) => None,
        };
        short([("bytes of a reason", self.reason.as_ref()), ("bytes of a reason", detail)])?;
        self.reasons.iter().try_for_each(|reason| short([("bytes of a reason", Some(reason))]))
    }
}
