//! Break-glass: the rules of a set, and somebody's wish.

use super::names::{ago, hours, stage_id};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    break_glass::{BreakGlassRules, EmergencyReason, OverrideRequest, OverrideRole, Quota, QuotaUse, SecondHuman},
    obligation::ObligationRule,
    time::Timestamp,
};

#[derive(Debug, Clone)]
pub(crate) struct RulesBuilder(BreakGlassRules);

/// Rules that ask for nothing and grant an hour.
pub(crate) fn break_glass() -> RulesBuilder {
    RulesBuilder(BreakGlassRules {
        minimum_evidence: Vec::new(),
        never: Vec::new(),
        second_human: SecondHuman::NotRequired,
        valid_for: hours(1),
        quota: None,
        obligations: Vec::new(),
    })
}

impl RulesBuilder {
    pub(crate) fn minimum(mut self, stage: &str) -> Self {
        self.0.minimum_evidence.push(stage_id(stage));
        self
    }

    pub(crate) fn never(mut self, stage: &str) -> Self {
        self.0.never.push(stage_id(stage));
        self
    }

    pub(crate) fn second_human(mut self) -> Self {
        self.0.second_human = SecondHuman::Required;
        self
    }

    pub(crate) fn valid_for(mut self, span: Duration) -> Self {
        self.0.valid_for = span;
        self
    }

    pub(crate) fn quota(mut self, quota: Quota) -> Self {
        self.0.quota = Some(quota);
        self
    }

    pub(crate) fn leaves(mut self, rule: ObligationRule) -> Self {
        self.0.obligations.push(rule);
        self
    }

    pub(crate) fn build(self) -> BreakGlassRules {
        self.0
    }
}

#[derive(Debug, Clone)]
pub(crate) struct WishBuilder(OverrideRequest);

/// A wish that is in order.
pub(crate) fn wish() -> WishBuilder {
    WishBuilder(OverrideRequest {
        reason: EmergencyReason::ProductionDown,
        justification: Arc::from("checkout is down for all customers"),
        actor: Arc::from("dora"),
        role: OverrideRole::Held,
        expires: None,
        used: None,
    })
}

impl WishBuilder {
    pub(crate) fn after(mut self, by_person: u32, of_service: u32) -> Self {
        self.0.used = Some(QuotaUse { since: ago(hours(24)), by_person, of_service });
        self
    }

    pub(crate) fn justified(mut self, justification: &str) -> Self {
        self.0.justification = Arc::from(justification);
        self
    }

    pub(crate) fn without_role(mut self) -> Self {
        self.0.role = OverrideRole::Missing;
        self
    }

    pub(crate) fn expires(mut self, expires: Timestamp) -> Self {
        self.0.expires = Some(expires);
        self
    }

    pub(crate) fn actor(mut self, actor: &str) -> Self {
        self.0.actor = Arc::from(actor);
        self
    }

    pub(crate) fn build(self) -> OverrideRequest {
        self.0
    }
}
