//! Permits: a yes at the moment of a deployment, for exactly the bytes that were decided on, in that environment, now.
//!
//! A decision says that a deployment may go on; a permit says that this is that deployment, and that nothing has changed since.
//!
//! **Invariant:** without an allowing decision, or a confirmed one, there is no permit, whatever else is asked.

use crate::{
    break_glass::Override,
    decision::{Decision, Outcome, Permission},
    deployment::Deployment,
    digest::Digest,
    name::{EnvironmentName, PolicySetId, ServiceName},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a policy set asks of permits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PermitRules {
    /// Whether a decision has to name the bytes of every service.
    pub artifacts: ArtifactRule,
    /// Whether one decision is good for one permit only. Forced deployments always are.
    pub single_use: bool,
}

/// Whether a decision has to name the bytes of every service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ArtifactRule {
    /// It has to: a permit without bytes would be one for any bytes.
    #[default]
    Required,
    /// A service without bytes is permitted by its name.
    Optional,
}

/// What is about to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRequest {
    /// Where.
    pub environment: EnvironmentName,
    /// Which bytes, by service.
    pub artifacts: BTreeMap<ServiceName, Digest>,
}

/// What has happened since the decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// Until when a second person confirmed it.
    pub confirmed_until: Option<Timestamp>,
    /// Whether somebody took it back.
    pub revoked: bool,
    /// Whether a later decision took its place.
    pub superseded: bool,
    /// Permits that were given for it.
    pub permits: u64,
}

/// A permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    /// Until when the deployment may begin.
    pub valid_until: Timestamp,
    /// Whether it is the only one for its decision.
    pub single_use: bool,
}

/// One reason why there is no permit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPermit {
    /// The decision is a refusal.
    #[error("the decision is {}, and nobody forced it", .0.word())]
    Refused(Outcome),
    /// A forced deployment that nobody confirmed yet.
    #[error("the deployment was forced, and no second person has confirmed it")]
    Unconfirmed,
    /// Its time is over.
    #[error("it was valid until {0}")]
    Expired(Timestamp),
    /// Somebody took it back.
    #[error("it was revoked")]
    Revoked,
    /// A later decision took its place.
    #[error("a later decision about these services took its place")]
    Superseded,
    /// It was used.
    #[error("it is good for one deployment, and was used")]
    Used,
    /// Its policy set is not in force any more.
    #[error("policy set `{0}` is not in force any more")]
    NoRules(PolicySetId),
    /// Another environment.
    #[error("the decision is about `{decided}`, not `{asked}`")]
    Environment {
        /// What was asked for.
        asked: EnvironmentName,
        /// What was decided on.
        decided: EnvironmentName,
    },
    /// Other bytes.
    #[error("the decision is about {decided} of `{service}`, not {asked}")]
    Artifact {
        /// Of which service.
        service: ServiceName,
        /// What was asked for.
        asked: Digest,
        /// What was decided on.
        decided: Digest,
    },
    /// A service of the decision is left out: a part of a deployment is another deployment.
    #[error("`{0}` belongs to the deployment, and its artifact is not named")]
    Left(ServiceName),
    /// A service that the decision is not about, or whose bytes it does not name.
    #[error("the decision names no artifact of `{0}`")]
    Unnamed(ServiceName),
}

impl NoPermit {
    /// A word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Unconfirmed => "unconfirmed",
            Self::Expired(_) => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Used => "used",
            Self::NoRules(_) => "policy_set",
            Self::Environment { .. } => "environment",
            Self::Artifact { .. } => "artifact",
            Self::Left(_) => "left_out",
            Self::Unnamed(_) => "artifact_unnamed",
        }
    }
}

/// Yes, or every reason why not. `rules` are those of the decision's policy set as it is in force now.
pub fn permit(
    asked: &PermitRequest,
    decision: &Decision,
    deployment: &Deployment,
    since: &Since,
    rules: Option<PermitRules>,
    now: Timestamp,
) -> Result<Permit, Vec<NoPermit>> {
    let mut against = Vec::new();
    let valid_until = valid_until(decision, since).map_err(|reason| against.push(reason)).ok();
    if let Some(over) = valid_until.filter(|until| *until <= now) {
        against.push(NoPermit::Expired(over));
    }
    if since.revoked {
        against.push(NoPermit::Revoked);
    }
    if since.superseded {
        against.push(NoPermit::Superseded);
    }
    if rules.is_none() {
        against.push(NoPermit::NoRules(decision.decided_by.id.clone()));
    }
    let rules = rules.unwrap_or_default();
    let single_use = rules.single_use || is_forced(decision);
    if single_use && since.permits > 0 {
        against.push(NoPermit::Used);
    }
    what_is_deployed(asked, deployment, rules.artifacts, &mut against);
    match valid_until {
        Some(valid_until) if against.is_empty() => Ok(Permit { valid_until, single_use }),
        _ => Err(against),
    }
}

/// Whether somebody's word, and not the rules, lets it go on.
#[must_use]
pub fn is_forced(decision: &Decision) -> bool {
    match decision.permission {
        Permission::Forced => true,
        Permission::Refused => decision.forced.as_ref().is_some_and(Override::awaits_confirmation),
        Permission::ByTheRules | Permission::Advisory => false,
    }
}

fn valid_until(decision: &Decision, since: &Since) -> Result<Timestamp, NoPermit> {
    let refused = || NoPermit::Refused(decision.outcome);
    let awaits = decision.forced.as_ref().is_some_and(Override::awaits_confirmation);
    match decision.permission {
        Permission::Refused if awaits => since.confirmed_until.ok_or(NoPermit::Unconfirmed),
        Permission::Refused => Err(refused()),
        Permission::ByTheRules | Permission::Forced | Permission::Advisory => decision.valid_until.ok_or_else(refused),
    }
}

fn what_is_deployed(asked: &PermitRequest, deployment: &Deployment, rule: ArtifactRule, against: &mut Vec<NoPermit>) {
    if asked.environment != *deployment.environment() {
        let (asked, decided) = (asked.environment.clone(), deployment.environment().clone());
        against.push(NoPermit::Environment { asked, decided });
    }
    let mut known = BTreeSet::new();
    for service in deployment.services() {
        known.insert(&service.name);
        match (asked.artifacts.get(&service.name), &service.artifact) {
            (Some(asked), Some(decided)) if *asked == decided.digest => {}
            (Some(asked), Some(decided)) => {
                let (service, asked, decided) = (service.name.clone(), *asked, decided.digest);
                against.push(NoPermit::Artifact { service, asked, decided });
            }
            (None, Some(_)) => against.push(NoPermit::Left(service.name.clone())),
            (None, None) if rule == ArtifactRule::Optional => {}
            (_, None) => against.push(NoPermit::Unnamed(service.name.clone())),
        }
    }
    let others = asked.artifacts.keys().filter(|service| !known.contains(service));
    against.extend(others.cloned().map(NoPermit::Unnamed));
}
