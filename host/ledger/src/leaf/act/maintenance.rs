//! What leaves of maintenances say, field by field, in canonical order.

use crate::{
    id::DecisionId,
    maintenance::{Emergency, Item, MaintenanceStep, NewMaintenance, Phase, Step},
    private::Private,
    shape::{list, maybe, one},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, PolicySetId, ServiceName},
    time::Timestamp,
};

/// A maintenance was planned, or opened at once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaintenancePart {
    anew: bool,
    #[serde(with = "one")]
    asked_in: EnvironmentName,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    because: Option<Arc<str>>,
    pub(super) by: Private,
    decision: Option<String>,
    #[serde(with = "maybe")]
    due: Option<Timestamp>,
    #[serde(with = "one")]
    environment: EnvironmentName,
    #[serde(with = "one")]
    from: Timestamp,
    id: Arc<str>,
    items: Vec<ItemPart>,
    #[serde(with = "one")]
    policy_set: PolicySetId,
    pub(super) reason: Private,
    scope: Arc<str>,
    #[serde(with = "list")]
    services: Vec<ServiceName>,
    #[serde(with = "one")]
    until: Timestamp,
    #[serde(with = "one")]
    verified_in: EnvironmentName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemPart {
    id: Arc<str>,
    phase: String,
    title: Arc<str>,
}

impl MaintenancePart {
    pub(super) fn of(said: &NewMaintenance, at: Timestamp) -> Self {
        let emergency = said.emergency.as_ref();
        let item = |item: &Item| ItemPart {
            id: item.id.clone(),
            phase: item.phase.word().to_owned(),
            title: item.title.clone(),
        };
        Self {
            anew: said.anew,
            asked_in: said.asked_in.clone(),
            at,
            because: emergency.map(|emergency| emergency.because.clone()),
            by: Private::Text(said.by.clone()),
            decision: emergency.map(|emergency| emergency.decision.as_str().to_owned()),
            due: emergency.map(|emergency| emergency.due),
            environment: said.environment.clone(),
            from: said.from,
            id: said.id.clone(),
            items: said.items.iter().map(item).collect(),
            policy_set: said.policy_set.clone(),
            reason: Private::Text(said.reason.clone()),
            scope: said.scope.clone(),
            services: said.services.clone(),
            until: said.until,
            verified_in: said.verified_in.clone(),
        }
    }

    /// None where it says what no leaf can.
    pub(super) fn planned(&self) -> Option<NewMaintenance> {
        let item = |item: &ItemPart| {
            Some(Item { phase: Phase::parse(&item.phase)?, id: item.id.clone(), title: item.title.clone() })
        };
        let emergency = match (&self.because, &self.decision, self.due) {
            (Some(because), Some(decision), Some(due)) => {
                Some(Emergency { because: because.clone(), decision: DecisionId::parse(decision).ok()?, due })
            }
            (None, None, None) => None,
            _ => return None,
        };
        Some(NewMaintenance {
            id: self.id.clone(),
            environment: self.environment.clone(),
            policy_set: self.policy_set.clone(),
            asked_in: self.asked_in.clone(),
            verified_in: self.verified_in.clone(),
            scope: self.scope.clone(),
            services: self.services.clone(),
            from: self.from,
            until: self.until,
            by: self.by.shown(),
            reason: self.reason.shown(),
            items: self.items.iter().map(item).collect::<Option<_>>()?,
            anew: self.anew,
            emergency,
        })
    }
}

/// A maintenance stands otherwise than before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaintenanceStepPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    decision: Option<String>,
    id: Arc<str>,
    number: u32,
    pub(super) reason: Option<Private>,
    #[serde(with = "list")]
    stated: Vec<u64>,
    step: String,
}

impl MaintenanceStepPart {
    pub(super) fn of(said: &MaintenanceStep, at: Timestamp) -> Self {
        let Told { decision, reason, stated } = Told::of(&said.step);
        Self {
            at,
            by: Private::Text(said.by.clone()),
            decision: decision.map(|decision| decision.as_str().to_owned()),
            id: said.id.clone(),
            number: said.number,
            reason: reason.cloned().map(Private::Text),
            stated: stated.to_vec(),
            step: said.step.state().word().to_owned(),
        }
    }

    /// None where it says what no leaf can.
    pub(super) fn taken(&self) -> Option<MaintenanceStep> {
        let decision = self.decision.as_deref().map(DecisionId::parse).transpose().ok()?;
        let reason = self.reason.as_ref().map(Private::shown);
        let step = step_of(&self.step, decision, reason, self.stated.clone())?;
        Some(MaintenanceStep { id: self.id.clone(), number: self.number, by: self.by.shown(), step })
    }
}

/// What a step says beside its name.
#[derive(Debug, Default)]
pub(crate) struct Told<'a> {
    pub(crate) decision: Option<&'a DecisionId>,
    pub(crate) reason: Option<&'a Arc<str>>,
    pub(crate) stated: &'a [u64],
}

impl<'a> Told<'a> {
    pub(crate) fn of(step: &'a Step) -> Self {
        match step {
            Step::Approved => Self::default(),
            Step::Opened { decision } => Self { decision: Some(decision), ..Self::default() },
            Step::Closed { verification, stated } => Self { decision: Some(verification), stated, ..Self::default() },
            Step::Cancelled { reason } => Self { reason: Some(reason), ..Self::default() },
        }
    }
}

/// The step of that name, the other way.
pub(crate) fn step_of(
    word: &str,
    decision: Option<DecisionId>,
    reason: Option<Arc<str>>,
    stated: Vec<u64>,
) -> Option<Step> {
    match word {
        "approved" => Some(Step::Approved),
        "open" => Some(Step::Opened { decision: decision? }),
        "closed" => Some(Step::Closed { verification: decision?, stated }),
        "cancelled" => Some(Step::Cancelled { reason: reason? }),
        _ => None,
    }
}
