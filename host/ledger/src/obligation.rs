//! What forced deployments and waivers leave to be done, and who did it.

use crate::{
    id::DecisionId,
    leaf::decision::{ForcedState, JudgementPart, ObligationPart},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    judgement::Judgement,
    name::{EnvironmentName, ServiceName, WaiverId},
    obligation::{ObligationKind, ObligationRule},
    time::Timestamp,
};

/// Obligations listed by one query, at most.
pub const LISTED_MAX: usize = 1_000;

/// One obligation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Its name: the decision's and its kind's.
    pub id: Arc<str>,
    /// The decision that left it.
    pub decision: DecisionId,
    /// What is to be done.
    pub kind: ObligationKind,
    /// The waiver that left it; none: a forced deployment did.
    pub waiver: Option<WaiverId>,
    /// Where.
    pub environment: EnvironmentName,
    /// For which services.
    pub services: Vec<ServiceName>,
    /// Who has to see to it.
    pub owner: Arc<str>,
    /// When the deployment was allowed.
    pub opened_at: Timestamp,
    /// Until when it is to be done.
    pub due: Timestamp,
    /// From when on it holds deployments; none: it never does.
    pub holds_from: Option<Timestamp>,
    /// Who did it; none while it is open.
    pub fulfilled: Option<Fulfilled>,
}

/// What a waiver let through and somebody has to mend, beside the decision that it let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMend {
    /// The waiver.
    pub waiver: WaiverId,
    /// Of which service.
    pub service: ServiceName,
    /// Who has to see to it: the waiver's owner.
    pub owner: Arc<str>,
    /// When the waiver ends.
    pub due: Timestamp,
}

/// Somebody's word that an obligation is fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilment {
    /// Which.
    pub obligation: Arc<str>,
    /// The person; authenticated.
    pub person: Arc<str>,
    /// What fulfils it: an address, a decision, or words.
    pub with: Arc<str>,
}

/// A fulfilment that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilled {
    /// Who; authenticated.
    pub person: Arc<str>,
    /// What fulfils it.
    pub with: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}

/// What a decision leaves behind, on its way into the table.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    pub(crate) environment: EnvironmentName,
    /// None: it awaits its confirmation.
    pub(crate) opened_at: Option<Timestamp>,
    pub(crate) rules: Vec<ObligationRule>,
}

impl Owed {
    pub(crate) fn of(judgement: &JudgementPart) -> Option<Self> {
        let forced = judgement.decision.forced.as_ref().filter(|forced| !forced.obligations.is_empty())?;
        let opened_at = match forced.state {
            ForcedState::Granted(_) => Some(judgement.evaluated_at),
            ForcedState::AwaitingConfirmation(_) => None,
            ForcedState::Refused => return None,
        };
        let rule = |part: &ObligationPart| ObligationRule {
            kind: part.kind,
            owner: part.owner.shown(),
            within: part.within,
            grace: part.grace,
        };
        let rules = forced.obligations.iter().map(rule).collect();
        Some(Self { environment: judgement.deployment.environment.clone(), opened_at, rules })
    }
}

/// What a decision leaves to be mended, on its way into the table.
#[derive(Debug, Clone)]
pub(crate) struct Mends {
    pub(crate) environment: EnvironmentName,
    /// None: the decision awaits its confirmation.
    pub(crate) opened_at: Option<Timestamp>,
    pub(crate) all: Vec<NewMend>,
}

impl Mends {
    pub(crate) fn of(judgement: &Judgement, all: Vec<NewMend>) -> Self {
        let allowed = judgement.decision.permission.allowed();
        let environment = judgement.deployment.environment().clone();
        Self { environment, opened_at: allowed.then_some(judgement.evaluated_at), all }
    }
}

/// The name of an obligation to mend: its decision's, its waiver's and its service's. No name has a `~`.
pub(crate) fn mend_id(decision: &str, mend: &NewMend) -> String {
    format!("{}-{}~{}", id_of(decision, ObligationKind::Mend), mend.waiver, mend.service)
}

/// The name of an obligation: its decision's and its kind's.
#[must_use]
pub fn id_of(decision: &str, kind: ObligationKind) -> String {
    format!("{decision}-{}", kind.word().replace('_', "-"))
}

/// When it is due, and from when on it holds deployments.
pub(crate) fn dates(opened_at: Timestamp, within: Duration, grace: Duration) -> (Timestamp, Timestamp) {
    let due = opened_at.plus(within);
    (due, due.plus(grace))
}
