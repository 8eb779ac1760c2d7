//! One decision, as it was made and as a candidate would make it.

use crate::replay::reason::Reason;
use std::{collections::BTreeSet, sync::Arc};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::Service,
    name::{EnvironmentName, PolicySetId},
    score::Score,
    stage_result::StageResult,
    time::Timestamp,
};
use tidegate_ledger::{id::DecisionId, replay::Came};

/// A decision and what a candidate makes of it.
#[derive(Debug)]
pub struct Compared {
    /// Which.
    pub decision: DecisionId,
    /// As recorded; none: its leaf cannot be read.
    pub past: Option<Past>,
    /// Who answers for the policy set: the candidate's that decides now, else its set of the old one's name.
    pub owner: Option<Arc<str>>,
    /// What comes of it now.
    pub now: Now,
}

/// A decision as it was recorded.
#[derive(Debug)]
pub struct Past {
    /// When it was made.
    pub at: Timestamp,
    /// Where.
    pub environment: EnvironmentName,
    /// What.
    pub services: Vec<Service>,
    /// What it came to.
    pub then: Side,
}

/// What comes of a decision under a candidate.
#[derive(Debug)]
pub enum Now {
    /// It is decided.
    Judged(Side),
    /// It is not even judged: no set fits, a stage that is skipped may not be, an envelope's signer is unknown.
    NotTaken(String),
    /// Nobody can tell.
    NotReplayable(Reason),
}

/// What a decision came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What was to be done.
    pub outcome: Outcome,
    /// Whether it was allowed, and why.
    pub permission: Permission,
    /// The overall score; `None`: it is not recorded any more.
    pub score: Option<Score>,
    /// The policy set that decided.
    pub set: PolicySetId,
    /// What stood against it: `stage/rule` of each decisive finding that no waiver covers, else `stage (why)`.
    pub blocking: BTreeSet<String>,
}

/// What a candidate changes of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was allowed, and would not be.
    RefusedNow,
    /// It was not allowed, and would be.
    AllowedNow,
    /// Outcome, permission or score would be others.
    Otherwise,
    /// The request would not be taken.
    NotTaken,
    /// Nobody can tell.
    NotReplayable,
    /// Nothing.
    Same,
}

impl Change {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::RefusedNow, Self::AllowedNow, Self::Otherwise, Self::NotTaken, Self::NotReplayable, Self::Same];

    /// In words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::RefusedNow => "refused now",
            Self::AllowedNow => "allowed now",
            Self::Otherwise => "otherwise",
            Self::NotTaken => "not taken",
            Self::NotReplayable => "not replayable",
            Self::Same => "same",
        }
    }

    /// For programs.
    #[must_use]
    pub fn word(self) -> String {
        self.words().replace(' ', "_")
    }

    /// Whether it is one that is known.
    #[must_use]
    pub fn is_change(self) -> bool {
        !matches!(self, Self::Same | Self::NotReplayable)
    }
}

impl Side {
    /// Of what was recorded or judged.
    #[must_use]
    pub fn of(came: &Came) -> Self {
        Self {
            outcome: came.outcome,
            permission: came.permission,
            score: came.score.clone(),
            set: came.set.clone(),
            blocking: came.stages.iter().flat_map(against).collect(),
        }
    }

    fn is_otherwise(&self, now: &Self) -> bool {
        // A score that is not recorded any more is no reason to say that it changed.
        let score = self.score.is_some() && self.score != now.score;
        (self.outcome, self.permission) != (now.outcome, now.permission) || score
    }

    /// As people read it.
    #[must_use]
    pub fn words(&self) -> String {
        let allowed = if self.permission.allowed() { "allowed" } else { "refused" };
        let score = self.score.as_ref().map_or_else(|| "unknown".to_owned(), Score::to_string);
        format!("{} {allowed} {score}", self.outcome.word())
    }
}

/// What of a stage stands against the deployment.
fn against(stage: &StageResult) -> BTreeSet<String> {
    let decisive = |found: &mut BTreeSet<String>, service: Option<&tidegate_core::name::ServiceName>| {
        let of = stage.evaluations.iter().filter(|one| service.is_none() || one.service.as_ref() == service);
        let findings = of.flat_map(|one| &one.findings);
        let standing = findings.filter(|marked| marked.finding.decisive && marked.waived_by.is_none());
        let before = found.len();
        found.extend(standing.map(|marked| format!("{}/{}", stage.stage, marked.finding.rule)));
        found.len() > before
    };
    let mut found = BTreeSet::new();
    for blocker in &stage.blocking {
        if !decisive(&mut found, blocker.service.as_ref()) {
            found.insert(format!("{} ({})", stage.stage, blocker.why.word()));
        }
    }
    found
}

impl Compared {
    /// What the candidate changes.
    #[must_use]
    pub fn change(&self) -> Change {
        let now = match &self.now {
            Now::Judged(now) => now,
            Now::NotTaken(_) => return Change::NotTaken,
            Now::NotReplayable(_) => return Change::NotReplayable,
        };
        let Some(Past { then, .. }) = &self.past else { return Change::NotReplayable };
        match (then.permission.allowed(), now.permission.allowed()) {
            (true, false) => Change::RefusedNow,
            (false, true) => Change::AllowedNow,
            _ if then.is_otherwise(now) => Change::Otherwise,
            _ => Change::Same,
        }
    }

    /// What was deployed; nothing where that cannot be read.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        self.past.as_ref().map_or(&[], |past| &past.services)
    }

    /// What stands against it now and did not then.
    pub fn newly_blocking(&self) -> impl Iterator<Item = &str> {
        let both = match (&self.past, &self.now) {
            (Some(past), Now::Judged(now)) => Some((&past.then.blocking, &now.blocking)),
            (_, Now::Judged(_) | Now::NotTaken(_) | Now::NotReplayable(_)) => None,
        };
        both.into_iter().flat_map(|(then, now)| now.difference(then)).map(String::as_str)
    }
}
