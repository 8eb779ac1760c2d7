//! Legal holds: decisions of which nothing goes, whatever else is said, until somebody else lifts the hold.

use crate::{id::DecisionId, leaf_size::LeafTooLarge, removal::short};
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Bytes of a hold's name, at most.
pub const NAME_BYTES_MAX: usize = 128;

/// Which decisions are held: those that all of this fits. What is not said fits every one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// This one.
    pub decision: Option<DecisionId>,
    /// Those about this service.
    pub service: Option<ServiceName>,
    /// Those about this environment.
    pub environment: Option<EnvironmentName>,
    /// Those judged at this moment or later.
    pub from: Option<Timestamp>,
    /// Those judged before this moment.
    pub until: Option<Timestamp>,
}

impl Held {
    /// Whether nothing is said, which would be everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// A hold to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// What it is called: no two are called the same, ever.
    pub name: Arc<str>,
    /// What it holds.
    pub held: Held,
    /// Who places it; authenticated.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// Where it is written down, if anywhere.
    pub ticket: Option<Arc<str>>,
}

impl NewHold {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        if self.name.len() > NAME_BYTES_MAX {
            let (used, allowed) = (self.name.len(), NAME_BYTES_MAX);
            return Err(LeafTooLarge { what: "bytes of a hold's name", used, allowed });
        }
        short([("bytes of a reason", Some(&self.reason)), ("bytes of a ticket", self.ticket.as_ref())])
    }
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldLift {
    /// Of which hold.
    pub name: Arc<str>,
    /// Who lifts it; authenticated, and not who placed it.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}

impl HoldLift {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        short([("bytes of a reason", Some(&self.reason))])
    }
}

/// A hold as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What was placed.
    pub placed: NewHold,
    /// Of its leaf.
    pub leaf_index: u64,
    /// When it was placed.
    pub at: Timestamp,
    /// How it ended; none while it holds.
    pub lifted: Option<Lifted>,
}

/// How a hold ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
}
