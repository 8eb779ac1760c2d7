//! Rows of maintenances, read back as what they stand for.

use super::super::{kind::Kind, unsigned};
use crate::{
    id::DecisionId,
    leaf::act::maintenance::step_of,
    maintenance::{Emergency, Item, Maintenance, MaintenanceState, MaintenanceStep, NewMaintenance, Phase, Taken},
};
use sqlx::FromRow;
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, PolicySetId, ServiceName},
    time::Timestamp,
};

#[derive(FromRow)]
pub(super) struct MaintenanceRow {
    id: String,
    leaf_index: i64,
    at: String,
    planned_by: String,
    reason: String,
    environment: String,
    policy_set: String,
    asked_in: String,
    verified_in: String,
    scope: String,
    services: String,
    begins_at: String,
    ends_at: String,
    items: String,
    anew: i64,
    emergency: Option<String>,
    decision: Option<String>,
    due_at: Option<String>,
    state: String,
    steps: i64,
    opened_in: Option<i64>,
}

#[derive(FromRow)]
pub(super) struct StepRow {
    maintenance: String,
    number: i64,
    leaf_index: i64,
    at: String,
    step: String,
    said_by: String,
    reason: Option<String>,
    decision: Option<String>,
    stated: String,
}

/// The services that a column lists.
pub(super) fn services_of(text: &str) -> Option<Vec<ServiceName>> {
    let names: Vec<String> = serde_json::from_str(text).ok()?;
    names.iter().map(|name| ServiceName::parse(name).ok()).collect()
}

impl MaintenanceRow {
    pub(super) fn maintenance(self, kind: Kind) -> Option<Maintenance> {
        let moment = |text: &str| Timestamp::parse(text).ok();
        let given = |text: String| -> Arc<str> { kind.given(text).into() };
        let items: Vec<[Arc<str>; 3]> = serde_json::from_str(&kind.given(self.items)).ok()?;
        let item = |[phase, id, title]: [Arc<str>; 3]| Some(Item { phase: Phase::parse(&phase)?, id, title });
        let emergency = match (self.emergency, self.decision, self.due_at) {
            (Some(because), Some(decision), Some(due)) => Some(Emergency {
                because: given(because),
                decision: DecisionId::parse(&decision).ok()?,
                due: moment(&due)?,
            }),
            _ => None,
        };
        let new = NewMaintenance {
            id: given(self.id),
            environment: EnvironmentName::parse(&self.environment).ok()?,
            policy_set: PolicySetId::parse(&self.policy_set).ok()?,
            asked_in: EnvironmentName::parse(&self.asked_in).ok()?,
            verified_in: EnvironmentName::parse(&self.verified_in).ok()?,
            scope: given(self.scope),
            services: services_of(&self.services)?,
            from: moment(&self.begins_at)?,
            until: moment(&self.ends_at)?,
            by: given(self.planned_by),
            reason: given(self.reason),
            items: items.into_iter().map(item).collect::<Option<_>>()?,
            anew: self.anew == 1,
            emergency,
        };
        Some(Maintenance {
            new,
            leaf_index: unsigned(self.leaf_index),
            at: moment(&self.at)?,
            state: MaintenanceState::parse(&self.state)?,
            steps: u32::try_from(self.steps).ok()?,
            opened_in: self.opened_in.map(unsigned),
        })
    }
}

impl StepRow {
    pub(super) fn taken(self, kind: Kind) -> Option<Taken> {
        let decision = self.decision.as_deref().map(DecisionId::parse).transpose().ok()?;
        let reason = self.reason.map(|reason| kind.given(reason).into());
        let stated: Vec<u64> = serde_json::from_str(&self.stated).ok()?;
        let step = MaintenanceStep {
            id: kind.given(self.maintenance).into(),
            number: u32::try_from(self.number).ok()?,
            by: kind.given(self.said_by).into(),
            step: step_of(&self.step, decision, reason, stated)?,
        };
        Some(Taken { step, leaf_index: unsigned(self.leaf_index), at: Timestamp::parse(&self.at).ok()? })
    }
}
