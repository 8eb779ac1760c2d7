//! Decisions looked up by what they were about, a page at a time, the newest first.

use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Decisions of one page, at most.
pub const PAGE_MAX: u32 = 500;

/// What a decision is found by. Names of people, tickets and runs are compared whole, and not at all once they were forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// The label `ticket` of its deployment.
    Ticket,
    /// The label `pipeline_run` of its deployment.
    PipelineRun,
    /// The digest of something that was to be deployed.
    Artifact,
    /// The commit, as it was written.
    Commit,
    /// A waiver that tolerates one of its findings.
    Waiver,
    /// Whoever asked, as the gate knows them, or the person behind them.
    Actor,
    /// A rule that one of its findings cites, by itself or as `stage/rule`.
    Rule,
    /// What became of a wish to deploy all the same: `granted`, `awaiting_confirmation`, `refused`, or `any` of these.
    Forced,
    /// A service that was to be deployed.
    Service,
}

impl Term {
    /// All of them, those that few decisions have in common first: the first one leads to the rows.
    pub const ALL: [Self; 9] = [
        Self::Ticket,
        Self::PipelineRun,
        Self::Artifact,
        Self::Commit,
        Self::Waiver,
        Self::Forced,
        Self::Rule,
        Self::Actor,
        Self::Service,
    ];

    /// The word used in SQL and in queries.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::PipelineRun => "pipeline_run",
            Self::Artifact => "artifact",
            Self::Commit => "commit",
            Self::Waiver => "waiver",
            Self::Actor => "actor",
            Self::Rule => "rule",
            Self::Forced => "forced",
            Self::Service => "service",
        }
    }

    /// Whether it stands in the record salted.
    pub(crate) fn is_private(self) -> bool {
        matches!(self, Self::Ticket | Self::PipelineRun | Self::Actor)
    }
}

/// A column of the decision itself that is compared whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Where to.
    Environment,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    Outcome,
    /// The policy set that decided.
    PolicySet,
}

impl Column {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Outcome => "outcome",
            Self::PolicySet => "policy_set",
        }
    }
}

/// What a stage came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageIs {
    /// Anything: it is one of the decision's.
    There,
    /// It stands against the deployment.
    Blocking,
    /// It concluded this: `pass`, `fail`, `hold`, `not_applicable`, `inconclusive`, `skipped` or `error`.
    Concluded(Arc<str>),
}

/// A range of time, by when decisions were evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// Names, or beginnings of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// Exactly this one.
    One(Arc<str>),
    /// Every one that begins so; every one at all, when empty.
    Beginning(Arc<str>),
}

/// Decisions that one grant reaches: in one of these environments, and for no service but these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Where.
    pub environments: Vec<Names>,
    /// For what.
    pub services: Vec<Names>,
}

/// What is looked for: all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Each at most once.
    pub terms: Vec<(Term, Arc<str>)>,
    /// Nobody wished to deploy all the same.
    pub unforced: bool,
    /// Each at most once.
    pub columns: Vec<(Column, Arc<str>)>,
    /// A stage, and what it came to.
    pub stage: Option<(Arc<str>, StageIs)>,
    /// When.
    pub window: Window,
    /// Only those of leaves before this one: where the page before ended.
    pub before: Option<u64>,
    /// Only those that one of these reaches.
    pub reach: Vec<Reach>,
    /// So many, and at most [`PAGE_MAX`].
    pub limit: u32,
}

/// A page of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The newest first.
    pub decisions: Vec<FoundDecision>,
    /// Where the next page begins; none: this is the last.
    pub next: Option<u64>,
}

/// A decision, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDecision {
    /// Its leaf.
    pub leaf_index: u64,
    /// Its id.
    pub id: String,
    /// The attempt, as its caller named it.
    pub deployment: String,
    /// When it was evaluated: RFC 3339 UTC, nine digits of nanoseconds.
    pub evaluated_at: String,
    /// Where to.
    pub environment: String,
    /// Why it was asked for.
    pub cause: String,
    /// What for, by name and version, sorted.
    pub services: Vec<(String, String)>,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: String,
    /// `by_the_rules`, `forced`, `advisory` or `refused`.
    pub permission: String,
    /// Whether the deployment might go on.
    pub allowed: bool,
    /// The policy set that decided.
    pub policy_set: String,
    /// Its version.
    pub policy_version: String,
    /// Whoever asked, or as the leaf has them once they were forgotten.
    pub actor: Option<String>,
    /// The commit.
    pub revision: Option<String>,
    /// Reasons that stand against it.
    pub blocking: u64,
    /// What became of a wish to deploy all the same.
    pub forced: Option<String>,
}
