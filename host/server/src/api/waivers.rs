//! Waivers in JSON, as they stand at some moment.

use crate::gate::agreements::Agreements;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_bundle::waivers::WaiverOf;
use tidegate_core::time::Timestamp;

/// All waivers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaiversBody {
    /// In order of policy set and name.
    pub waivers: Vec<StandingWaiver>,
}

/// A waiver and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StandingWaiver {
    /// Which.
    pub id: String,
    /// The policy set whose findings it tolerates.
    pub policy_set: String,
    /// `pending`, `active`, `expiring` or `expired`.
    pub state: String,
    /// As findings cite them: `stage/rule`.
    pub rules: Vec<String>,
    /// Only this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Only this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Only these bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
    /// Only findings about this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Only this observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why it is tolerable.
    pub reason: String,
    /// Who has to get rid of it.
    pub owner: String,
    /// Who agreed.
    pub approved_by: String,
    /// RFC 3339.
    pub from: String,
    /// RFC 3339.
    pub expires: String,
    /// Where the work is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Whether it tolerates nothing until whoever has to agree does, as the set asks.
    pub awaits_agreement: bool,
    /// When they agreed; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_at: Option<String>,
}

impl WaiversBody {
    /// As they stand at that moment.
    #[must_use]
    pub fn of(waivers: &[Arc<WaiverOf>], agreements: &Agreements, now: Timestamp) -> Self {
        Self { waivers: waivers.iter().map(|waiver| standing(waiver, agreements, now)).collect() }
    }
}

fn standing(one: &WaiverOf, agreements: &Agreements, now: Timestamp) -> StandingWaiver {
    let (waiver, scope) = (agreements.standing(one), &one.waiver.scope);
    StandingWaiver {
        id: waiver.id.to_string(),
        policy_set: one.of.to_string(),
        state: waiver.state(now).word().to_owned(),
        rules: waiver.rules.iter().map(|(stage, rule)| format!("{stage}/{rule}")).collect(),
        service: scope.service.as_ref().map(ToString::to_string),
        environment: scope.environment.as_ref().map(ToString::to_string),
        artifact: scope.artifact.map(|digest| digest.to_string()),
        subject: scope.subject.as_deref().map(str::to_owned),
        fingerprint: scope.fingerprint.as_deref().map(str::to_owned),
        reason: waiver.reason.to_string(),
        owner: waiver.owner.to_string(),
        approved_by: waiver.approved_by.to_string(),
        from: waiver.from.to_string(),
        expires: waiver.expires.to_string(),
        ticket: waiver.ticket.as_deref().map(str::to_owned),
        awaits_agreement: waiver.awaits_agreement,
        agreed_at: agreements.of(one).map(|agreed| agreed.at.to_string()),
    }
}
