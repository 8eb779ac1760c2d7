//! Obligations: what a forced deployment or a waiver leaves to be done, by whom, until when, and what it does when nobody does it.

use crate::{
    decision::Warning,
    deployment::{Cause, Deployment},
    name::StageId,
    stage_result::{Blocker, Why},
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};

/// Overdue obligations that one decision looks at, at most: of more the ones that hold first.
pub const OVERDUE_MAX: usize = 64;
/// What a deployment is held by where a stage stands else. No stage of a set may be called so.
pub const HELD_BY: &str = "obligations";

/// What is left to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObligationKind {
    /// Somebody without a part in it looks at what was forced.
    Review,
    /// The tests that failed or were missing pass.
    Tests,
    /// It is tracked somewhere.
    Ticket,
    /// What happened, and why, is written down.
    PostMortem,
    /// What a waiver let through is mended. No set asks for it: every waiver does.
    Mend,
}

impl ObligationKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Review, Self::Tests, Self::Ticket, Self::PostMortem, Self::Mend];
    /// Those that a set may ask for after a forced deployment.
    pub const FORCED: [Self; 4] = [Self::Review, Self::Tests, Self::Ticket, Self::PostMortem];

    /// The word used in files, JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Tests => "tests",
            Self::Ticket => "ticket",
            Self::PostMortem => "post_mortem",
            Self::Mend => "mend",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a policy set says of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationRule {
    /// What.
    pub kind: ObligationKind,
    /// Who has to see to it.
    pub owner: Arc<str>,
    /// How long there is, from the moment the deployment was allowed.
    pub within: Duration,
    /// For how long after that it only warns.
    pub grace: Duration,
}

/// An obligation that is overdue: an input of every later decision about one of its services, there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overdue {
    /// From this moment on it holds deployments. None: it only warns, since what it is about holds them by itself.
    pub holds_from: Option<Timestamp>,
    /// Since when it is overdue.
    pub due: Timestamp,
    /// Its name.
    pub id: Arc<str>,
    /// What is to be done.
    pub kind: ObligationKind,
}

/// A warning for each that is overdue.
pub(crate) fn warnings(overdue: &[Overdue], now: Timestamp) -> impl Iterator<Item = Warning> {
    overdue.iter().filter(move |one| one.due <= now).map(|one| Warning::ObligationOverdue {
        id: one.id.to_string(),
        due: one.due,
        holds_from: one.holds_from,
    })
}

/// What holds a deployment whose services were not put in order after an emergency. A rollback is never held.
pub(crate) fn blocker(overdue: &[Overdue], deployment: &Deployment, now: Timestamp) -> Option<Blocker> {
    let holds = deployment.cause() != Cause::Rollback
        && overdue.iter().any(|one| one.holds_from.is_some_and(|from| from <= now));
    holds.then(|| Blocker { stage: StageId::literal(HELD_BY), service: None, why: Why::Held(None) })
}
