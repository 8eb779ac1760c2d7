//! Incidents: what went wrong after a deployment, who answers for it, and what was done.

use crate::{id::DecisionId, leaf_size::LeafTooLarge, permit::REASON_BYTES_MAX, rollback::CAUSE_BYTES_MAX};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    digest::Digest,
    incident::Priority,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Incidents of one page, at most.
pub const INCIDENTS_MAX: u32 = 200;
/// Tasks that one change says are done, at most.
pub const DONE_MAX: usize = 64;

/// What a text about an incident says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// What it is, in one sentence.
    Title,
    /// What users have of it.
    Impact,
    /// How it stands.
    Status,
    /// When it is expected to be resolved.
    ResolutionExpected,
    /// What was done.
    Actions,
    /// Where others work on it.
    Ticket,
    /// Why it happened.
    RootCause,
    /// What keeps it from happening again.
    Prevention,
    /// When it is looked back on.
    PostMortemAt,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Impact,
        Self::Status,
        Self::ResolutionExpected,
        Self::Actions,
        Self::Ticket,
        Self::RootCause,
        Self::Prevention,
        Self::PostMortemAt,
    ];

    /// The word used in JSON, SQL and templates.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Impact => "impact",
            Self::Status => "status",
            Self::ResolutionExpected => "resolution_expected",
            Self::Actions => "actions",
            Self::Ticket => "ticket",
            Self::RootCause => "root_cause",
            Self::Prevention => "prevention",
            Self::PostMortemAt => "post_mortem_at",
        }
    }

    /// What that word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.word() == word)
    }
}

/// A text about an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it says.
    pub what: What,
    /// In somebody's words.
    pub text: Arc<str>,
}

/// An incident that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    /// Unique.
    pub id: Arc<str>,
    /// What it follows from: of one cause there is one incident, ever.
    pub cause: Arc<str>,
    /// By which the deployment went that it followed.
    pub decision: DecisionId,
    /// Where.
    pub environment: EnvironmentName,
    /// What is affected.
    pub services: Vec<ServiceName>,
    /// The watch that opened it; none: somebody did.
    pub watch: Option<Arc<str>>,
    /// Who opened it; authenticated. None: a watch did.
    pub by: Option<Arc<str>>,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// How urgent it is.
    pub priority: Priority,
    /// The rule that set it.
    pub rule: Arc<str>,
    /// Of the body that says what the plugin was asked and answered, and whom it is handed on to.
    pub plan: Digest,
    /// How many are told, one after the other, as long as nobody acknowledges it.
    pub levels: u32,
    /// Until when somebody has to acknowledge it.
    pub acknowledge_by: Timestamp,
    /// Until when the next word about it is due.
    pub update_by: Timestamp,
    /// What is said of it, each once.
    pub said: Vec<Said>,
}

/// What happens to an incident after it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A person sees to it.
    Acknowledged,
    /// Somebody says how it stands.
    Updated,
    /// Nobody acknowledged it in time: the next level is told.
    Escalated,
    /// It is over.
    Resolved,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Acknowledged, Self::Updated, Self::Escalated, Self::Resolved];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Updated => "updated",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
        }
    }

    /// What that word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|happening| happening.word() == word)
    }
}

/// An incident stands otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentChange {
    /// Which incident.
    pub id: Arc<str>,
    /// Of its changes the how-manieth, from 1: whoever comes second with one is too late.
    pub number: u32,
    /// What happened.
    pub happening: Happening,
    /// Who did it; authenticated. None: the gate.
    pub by: Option<Arc<str>>,
    /// The level that is told from then on, from 0.
    pub level: u32,
    /// Until when somebody has to acknowledge it; none: nobody has to any more.
    pub acknowledge_by: Option<Timestamp>,
    /// Until when the next word about it is due; none: none is.
    pub update_by: Option<Timestamp>,
    /// How long users had of it; said once it is over.
    pub downtime: Option<Duration>,
    /// Tasks that are done, by their numbers.
    pub done: Vec<u32>,
    /// What is said of it, each once.
    pub said: Vec<Said>,
}

/// How an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentState {
    /// Nobody sees to it yet.
    Open,
    /// Somebody does.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl IncidentState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// An incident as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// As it was opened; of what was said then only the title, and until when something is due as it is now.
    pub opened: NewIncident,
    /// Where its first leaf lies.
    pub leaf_index: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How it stands.
    pub state: IncidentState,
    /// How many changes there are.
    pub changes: u32,
    /// The level that was told last, from 0.
    pub level: u32,
    /// Until when somebody has to acknowledge it; none: nobody has to any more.
    pub acknowledge_by: Option<Timestamp>,
    /// Until when the next word about it is due; none: none is.
    pub update_by: Option<Timestamp>,
    /// When it was acknowledged, and by whom.
    pub acknowledged: Option<(Timestamp, Arc<str>)>,
    /// When it was resolved, and by whom.
    pub resolved: Option<(Timestamp, Arc<str>)>,
    /// How long users had of it.
    pub downtime: Option<Duration>,
}

/// One leaf of an incident, as its timeline shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 0: it was opened; else the change.
    pub number: u32,
    /// What happened; none: it was opened.
    pub happening: Option<Happening>,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
    /// Who; none: the gate.
    pub by: Option<Arc<str>>,
    /// The level that was told last by then, from 0.
    pub level: u32,
    /// Tasks that it says are done.
    pub done: Vec<u32>,
    /// What it says.
    pub said: Vec<Said>,
}

/// Which incidents are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentsAsked {
    /// Of deployments that went by this decision.
    pub decision: Option<DecisionId>,
    /// That stand like this.
    pub state: Option<IncidentState>,
    /// That were opened before the one whose leaf this is.
    pub before: Option<u64>,
    /// So many, at most [`INCIDENTS_MAX`].
    pub limit: u32,
}

impl NewIncident {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let (used, allowed) = (self.cause.len(), CAUSE_BYTES_MAX);
        if used > allowed {
            return Err(LeafTooLarge { what: "bytes of an incident's cause", used, allowed });
        }
        short(&self.said)
    }
}

impl IncidentChange {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let (used, allowed) = (self.done.len(), DONE_MAX);
        if used > allowed {
            return Err(LeafTooLarge { what: "tasks that are done", used, allowed });
        }
        short(&self.said)
    }
}

fn short(said: &[Said]) -> Result<(), LeafTooLarge> {
    let allowed = REASON_BYTES_MAX;
    let long = said.iter().map(|said| said.text.len()).find(|used| *used > allowed);
    long.map_or(Ok(()), |used| Err(LeafTooLarge { what: "bytes of a text about an incident", used, allowed }))
}
