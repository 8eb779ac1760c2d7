//! Maintenance: a window in which people work on services, from its plan to its end.

use crate::{id::DecisionId, leaf_size::LeafTooLarge, removal::short};
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, PolicySetId, ServiceName},
    time::Timestamp,
};

/// Items of one maintenance, at most: its leaf lists them.
pub const ITEMS_MAX: usize = 64;
/// Bytes of an item's title, at most.
pub const TITLE_BYTES_MAX: usize = 800;
/// Services of one maintenance, at most.
pub const SERVICES_MAX: usize = 64;
/// Maintenances of one page, at most.
pub const MAINTENANCES_MAX: u32 = 100;

/// What an item belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before it opens.
    Pre,
    /// While it is open.
    During,
    /// Before it closes.
    Post,
    /// What is done in an emergency.
    Actions,
    /// Who hears of an emergency.
    Communications,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Pre, Self::During, Self::Post, Self::Actions, Self::Communications];

    /// The word used in JSON, SQL and policy sets.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pre => "pre",
            Self::During => "during",
            Self::Post => "post",
            Self::Actions => "actions",
            Self::Communications => "communications",
        }
    }

    /// The phase of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.word() == word)
    }
}

/// One thing that is to be done, as it was written when the maintenance was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// When.
    pub phase: Phase,
    /// Statements name it so.
    pub id: Arc<str>,
    /// For people.
    pub title: Arc<str>,
}

/// A maintenance that is planned, or opened at once because it is an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMaintenance {
    /// Unique.
    pub id: Arc<str>,
    /// Where.
    pub environment: EnvironmentName,
    /// The set that says what is to be done.
    pub policy_set: PolicySetId,
    /// Where that set is asked, and what is stated is about.
    pub asked_in: EnvironmentName,
    /// Where a decision has to pass at its end.
    pub verified_in: EnvironmentName,
    /// Whose statements count.
    pub scope: Arc<str>,
    /// Of what, at most [`SERVICES_MAX`]; sorted, each once.
    pub services: Vec<ServiceName>,
    /// From when on it may be opened.
    pub from: Timestamp,
    /// By when it has to be closed.
    pub until: Timestamp,
    /// Who planned it: a person; authenticated.
    pub by: Arc<str>,
    /// In their words.
    pub reason: Arc<str>,
    /// What is to be done, at most [`ITEMS_MAX`].
    pub items: Vec<Item>,
    /// Whether nothing of before its end is compared with afterwards.
    pub anew: bool,
    /// That it opened at once, and why.
    pub emergency: Option<Emergency>,
}

/// What opened an emergency's maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// The word for what happened, as for forced deployments.
    pub because: Arc<str>,
    /// The decision that was forced.
    pub decision: DecisionId,
    /// By when its actions and communications are to be stated.
    pub due: Timestamp,
}

/// What became of a maintenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Another person approved it.
    Approved,
    /// It opened.
    Opened {
        /// The decision that let it.
        decision: DecisionId,
    },
    /// It was closed.
    Closed {
        /// The decision that verified the services.
        verification: DecisionId,
        /// Leaves of the statements that fulfilled what was to be done, at most [`ITEMS_MAX`].
        stated: Vec<u64>,
    },
    /// It was given up before it opened.
    Cancelled {
        /// Why.
        reason: Arc<str>,
    },
}

impl Step {
    /// How the maintenance stands afterwards.
    #[must_use]
    pub fn state(&self) -> MaintenanceState {
        match self {
            Self::Approved => MaintenanceState::Approved,
            Self::Opened { .. } => MaintenanceState::Open,
            Self::Closed { .. } => MaintenanceState::Closed,
            Self::Cancelled { .. } => MaintenanceState::Cancelled,
        }
    }

    /// How it stood before, or it is no step of it.
    #[must_use]
    pub fn follows(&self, state: MaintenanceState) -> bool {
        match self {
            Self::Approved => state == MaintenanceState::Planned,
            Self::Opened { .. } => state == MaintenanceState::Approved,
            Self::Closed { .. } => state == MaintenanceState::Open,
            Self::Cancelled { .. } => matches!(state, MaintenanceState::Planned | MaintenanceState::Approved),
        }
    }
}

/// A step of a maintenance, by somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceStep {
    /// Which maintenance.
    pub id: Arc<str>,
    /// Counted from 1: of two who think that it is theirs one is too late.
    pub number: u32,
    /// A person; authenticated.
    pub by: Arc<str>,
    /// What.
    pub step: Step,
}

/// How a maintenance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaintenanceState {
    /// Nobody approved it yet.
    Planned,
    /// It may be opened within its window.
    Approved,
    /// People work on the services.
    Open,
    /// It is over.
    Closed,
    /// It was given up before it opened.
    Cancelled,
    /// Its window is over: nobody opened it, or nobody closed it yet. It follows from the clock; no row has it.
    Expired,
}

impl MaintenanceState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Planned, Self::Approved, Self::Open, Self::Closed, Self::Cancelled, Self::Expired];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Approved => "approved",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether it is over for good.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// A maintenance as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// As it was planned.
    pub new: NewMaintenance,
    /// Of its first leaf.
    pub leaf_index: u64,
    /// When it was planned.
    pub at: Timestamp,
    /// How it stands by its steps; by the clock, too: [`Maintenance::stands`].
    pub state: MaintenanceState,
    /// How many steps it took.
    pub steps: u32,
    /// The leaf in which it opened.
    pub opened_in: Option<u64>,
}

/// A step as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What, by whom.
    pub step: MaintenanceStep,
    /// Of its leaf.
    pub leaf_index: u64,
    /// When.
    pub at: Timestamp,
}

/// What is looked for; what is not said fits every one.
#[derive(Debug, Clone, Default)]
pub struct MaintenancesAsked {
    /// There.
    pub environment: Option<EnvironmentName>,
    /// That stand so at a moment.
    pub state: Option<(MaintenanceState, Timestamp)>,
    /// With leaves before this one.
    pub before: Option<u64>,
    /// So many, at most [`MAINTENANCES_MAX`].
    pub limit: u32,
}

impl Maintenance {
    /// How it stands at a moment.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> MaintenanceState {
        if self.state.is_over() || now < self.new.until { self.state } else { MaintenanceState::Expired }
    }

    /// Whether it is open beyond its window.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == MaintenanceState::Open && now >= self.new.until
    }
}

impl NewMaintenance {
    /// How it stands at first.
    #[must_use]
    pub fn state(&self) -> MaintenanceState {
        if self.emergency.is_some() { MaintenanceState::Open } else { MaintenanceState::Planned }
    }

    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let title = self.items.iter().map(|item| item.title.len()).max().unwrap_or_default();
        at_most([
            ("services of a maintenance", self.services.len(), SERVICES_MAX),
            ("items of a maintenance", self.items.len(), ITEMS_MAX),
            ("bytes of an item's title", title, TITLE_BYTES_MAX),
        ])?;
        short([("bytes of a reason", Some(&self.reason))])
    }
}

impl MaintenanceStep {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        match &self.step {
            Step::Closed { stated, .. } => at_most([("statements of a maintenance", stated.len(), ITEMS_MAX)]),
            Step::Cancelled { reason } => short([("bytes of a reason", Some(reason))]),
            Step::Approved | Step::Opened { .. } => Ok(()),
        }
    }
}

fn at_most<const N: usize>(limits: [(&'static str, usize, usize); N]) -> Result<(), LeafTooLarge> {
    let over = limits.into_iter().find(|(_, used, allowed)| used > allowed);
    over.map_or(Ok(()), |(what, used, allowed)| Err(LeafTooLarge { what, used, allowed }))
}
