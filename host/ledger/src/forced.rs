//! Forced deployments, as quotas count them.

use crate::leaf::decision::{ForcedState, JudgementPart, UsedPart};
use std::sync::Arc;
use tidegate_core::{
    break_glass::QuotaUse,
    decision::Outcome,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Forced deployments that are read back, at most; the newest ones.
pub const FORCED_MAX: i64 = 10_000;

/// A deployment that was forced, or was asked to be and only awaited its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forced {
    /// When.
    pub at: Timestamp,
    /// By whom, written the one way in which people are compared.
    pub person: Arc<str>,
    /// Where.
    pub environment: EnvironmentName,
    /// What.
    pub services: Vec<ServiceName>,
}

/// One on its way into the table.
#[derive(Debug, Clone)]
pub(crate) struct NewForced {
    pub(crate) at: Timestamp,
    pub(crate) person: String,
    pub(crate) environment: EnvironmentName,
    /// How often it was done before, as the judgement had it.
    pub(crate) used: Option<QuotaUse>,
}

impl NewForced {
    /// One that is in order, and that the decision needed.
    pub(crate) fn of(judgement: &JudgementPart) -> Option<Self> {
        let forced = judgement.decision.forced.as_ref()?;
        if matches!(forced.state, ForcedState::Refused) || judgement.decision.outcome == Outcome::Deploy {
            return None;
        }
        let used = forced.request.used.as_ref();
        Some(Self {
            at: judgement.evaluated_at,
            person: written_once(&forced.request.actor.shown()),
            environment: judgement.deployment.environment.clone(),
            used: used.map(|&UsedPart { by_person, of_service, since }| QuotaUse { since, by_person, of_service }),
        })
    }
}

/// A person's name, the one way in which people are compared.
#[must_use]
pub fn written_once(person: &str) -> String {
    person.trim().to_lowercase()
}
