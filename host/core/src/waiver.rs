//! Waivers: time-boxed, named, owned tolerance of some findings of named rules.

use crate::{
    deployment::Deployment,
    digest::Digest,
    finding::Finding,
    name::{EnvironmentName, RuleId, ServiceName, StageId, WaiverId},
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};

/// A waiver expires so soon that its owner should act.
pub const EXPIRING_WITHIN: Duration = Duration::from_secs(14 * 24 * 3600);

/// Tolerance of named findings until a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its name.
    pub id: WaiverId,
    /// The rules it speaks of; at least one.
    pub rules: Vec<(StageId, RuleId)>,
    /// Which deployments and findings it covers.
    pub scope: WaiverScope,
    /// Why.
    pub reason: Arc<str>,
    /// Who has to get rid of it.
    pub owner: Arc<str>,
    /// Who agreed; another person than the owner.
    pub approved_by: Arc<str>,
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub expires: Timestamp,
    /// Where the work is tracked.
    pub ticket: Option<Arc<str>>,
    /// Whether whoever has to agree has not said so themselves yet, where the set asks for that.
    pub awaits_agreement: bool,
}

/// Which deployments and findings a waiver covers; an absent part covers all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaiverScope {
    /// Only this service.
    pub service: Option<ServiceName>,
    /// Only this environment.
    pub environment: Option<EnvironmentName>,
    /// Only these bytes.
    pub artifact: Option<Digest>,
    /// Only findings about this.
    pub subject: Option<Arc<str>>,
    /// Only this observation.
    pub fingerprint: Option<Arc<str>>,
}

/// Where a waiver stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaiverState {
    /// Not yet: its time has not come, or whoever has to agree has not.
    Pending,
    /// In force.
    Active,
    /// In force for at most [`EXPIRING_WITHIN`].
    Expiring,
    /// No longer.
    Expired,
}

impl WaiverState {
    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
        }
    }
}

impl Waiver {
    /// Where it stands at `now`: in force from `from` on and before `expires`, once it is agreed to.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> WaiverState {
        if now >= self.expires {
            WaiverState::Expired
        } else if now < self.from || self.awaits_agreement {
            WaiverState::Pending
        } else if self.expires.since(now) <= EXPIRING_WITHIN {
            WaiverState::Expiring
        } else {
            WaiverState::Active
        }
    }

    /// Whether it tolerates this finding of this stage, made about `service` or about the whole deployment.
    ///
    /// A scope that names a service or an artifact needs a finding about one service: one made about a whole deployment of
    /// several services could hide another service's violation.
    #[must_use]
    pub fn covers(
        &self,
        stage: &StageId,
        finding: &Finding,
        deployment: &Deployment,
        service: Option<&ServiceName>,
        now: Timestamp,
    ) -> bool {
        let about = service.or_else(|| deployment.only_service());
        let in_force = matches!(self.state(now), WaiverState::Active | WaiverState::Expiring);
        let rule = self.rules.iter().any(|(s, r)| s == stage && *r == finding.rule);
        let scope = &self.scope;
        in_force
            && rule
            && scope.environment.as_ref().is_none_or(|name| name == deployment.environment())
            && scope.service.as_ref().is_none_or(|name| about == Some(name))
            && scope.artifact.is_none_or(|digest| about.and_then(|name| artifact_of(deployment, name)) == Some(digest))
            && scope.subject.as_deref().is_none_or(|subject| finding.subject.as_deref() == Some(subject))
            && scope.fingerprint.as_deref().is_none_or(|print| finding.fingerprint.as_deref() == Some(print))
    }
}

fn artifact_of(deployment: &Deployment, service: &ServiceName) -> Option<Digest> {
    deployment.service(service)?.artifact.as_ref().map(|artifact| artifact.digest)
}
