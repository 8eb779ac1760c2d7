//! Verifications: a deployment is looked at after it went out, and what was seen is judged like any other decision.
//!
//! **Invariant:** what the gate saw lies in the record as documents, so a verification replays as every decision does. **Invariant:** after
//! one event the gate looks once by itself, whatever stops and starts in between.

mod answers;
mod documents;
mod looking;
pub mod rules;
mod seen;
#[cfg(test)]
mod tests;
pub mod verifier;

use self::{
    answers::Expected,
    documents::documents,
    looking::{Looked, Subject, look},
    rules::Rules,
};
use crate::{
    api::{
        answer::Answer,
        request::{ArtifactRequest, DeploymentRequestBody, RevisionRequest, ServiceRequest},
    },
    gate::{
        Caller, Gate, clock,
        error::GateError,
        permits::{DEPLOYERS, vouched_there},
        submission::{Submission, Upload},
    },
    identity::{principal::Principal, role::Role},
    signals::About,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    deployment::{Cause, Deployment, Service},
    name::{EnvironmentName, ServiceName, Version},
};
use tidegate_ledger::{
    event::DeploymentEvent, rollback::RollbacksAsked, stored::StoredDecision, verification::Verifies,
};

/// Rollbacks of one decision that are looked at: each of its services may have been ordered back several times.
const ROLLBACKS_MAX: u32 = 500;

/// The deployment that a decision looks at.
#[derive(Debug, Clone)]
pub struct LookedAt {
    /// By which decision it went, and after which event the gate looks.
    pub verifies: Verifies,
    /// Where it was deployed.
    pub environment: EnvironmentName,
}

impl Gate {
    /// Looks at the deployment of a decision, adds what is handed in, and decides. `None`: there is no such decision for whoever asks.
    pub async fn verify(
        &self,
        decision: &str,
        handed: Vec<Upload>,
        caller: Caller,
    ) -> Result<Option<Answer>, GateError> {
        let principal = &caller.principal;
        let Some(stored) = self.decision_for(decision, principal, &DEPLOYERS).await? else { return Ok(None) };
        let deployment = &stored.judgement.deployment;
        vouched_there(principal, deployment.environment())?;
        let rules = self.verifying_rules(&stored)?.ok_or_else(|| {
            let set = &stored.judgement.decision.decided_by.id;
            GateError::Unverified(format!(
                "policy set `{set}` does not say how a deployment is looked at: it has no `verification`"
            ))
        })?;
        entitled(principal, &rules, deployment)?;
        // What its token vouches for is the deployment, which it fits; this is a question about it.
        let principal = Arc::new(Principal { vouched: None, ..(**principal).clone() });
        let verifies = Verifies { decision: stored.circumstances.decision.clone(), event: None };
        let asked = Asked { verifies, handed, skip: Vec::new(), cause: Cause::Manual };
        self.look_at(&stored, rules, asked, Caller { principal, ..caller }).await.map(Some)
    }

    /// What the set that decided says of it now.
    fn verifying_rules(&self, stored: &StoredDecision) -> Result<Option<Rules>, GateError> {
        let active = self.active();
        let set = active.bundle().set(&stored.judgement.decision.decided_by.id);
        set.map_or(Ok(None), Rules::of).map_err(GateError::Internal)
    }

    /// Looks, and decides about what was seen.
    async fn look_at(
        &self,
        stored: &StoredDecision,
        rules: Rules,
        asked: Asked,
        caller: Caller,
    ) -> Result<Answer, GateError> {
        let deployment = &stored.judgement.deployment;
        let expected = self.running(stored).await?;
        let subject = Subject { deployment: about(deployment, &expected), expected: expected.clone() };
        let rules = Arc::new(rules);
        let looked: Looked = look(&self.egress, &rules, Arc::new(subject), clock::now()).await;
        let Asked { verifies, handed, skip, cause } = asked;
        let mut evidence = documents(&rules, &looked).map_err(|error| GateError::Internal(error.to_string()))?;
        evidence.extend(handed);
        let submission = Submission {
            deployment: request(deployment, &expected, &rules.environment, cause),
            skip,
            emergency: None,
            evidence,
        };
        let looked_at = LookedAt { verifies, environment: deployment.environment().clone() };
        self.decide_about(submission, caller, Some(looked_at)).await
    }

    /// Which version should run of each service by now: what was deployed, or what it was ordered back to; none: nobody knows.
    async fn running(&self, stored: &StoredDecision) -> Result<Vec<Expected>, GateError> {
        let decision = &stored.circumstances.decision;
        let events = self.ledger().deployment_events(decision).await?;
        let services = stored.judgement.deployment.services();
        if events.last().is_none_or(|last| last.event.event != DeploymentEvent::RolledBack) {
            return Ok(services.iter().map(|service| (service.name.clone(), Some(service.version.clone()))).collect());
        }
        let asked =
            RollbacksAsked { decision: Some(decision.clone()), max: ROLLBACKS_MAX, ..RollbacksAsked::default() };
        let mut back: BTreeMap<ServiceName, Version> = BTreeMap::new();
        // The newest first.
        for rollback in self.ledger().rollbacks(&asked).await? {
            if let Some(ordered) = rollback.new.ordered() {
                back.entry(rollback.new.service.clone()).or_insert_with(|| ordered.to.clone());
            }
        }
        let by_order = !back.is_empty();
        let expected = |service: &Service| match back.get(&service.name) {
            Some(version) => Some(version.clone()),
            // Others were ordered back, and this one was not.
            None if by_order => Some(service.version.clone()),
            None => service.previous_version.clone(),
        };
        Ok(services.iter().map(|service| (service.name.clone(), expected(service))).collect())
    }
}

/// How it is asked about.
struct Asked {
    verifies: Verifies,
    handed: Vec<Upload>,
    skip: Vec<String>,
    cause: Cause,
}

/// Nobody has the gate ask around who may not have its answers judged.
fn entitled(principal: &Principal, rules: &Rules, deployment: &Deployment) -> Result<(), GateError> {
    let services = deployment.service_names();
    if principal.may(Role::Decide, &rules.environment, &services) {
        return Ok(());
    }
    Err(GateError::forbidden(Role::Decide, principal, &rules.environment, &services))
}

fn about(deployment: &Deployment, expected: &[Expected]) -> About {
    let version =
        |(service, (_, expected)): (&Service, &Expected)| expected.as_ref().unwrap_or(&service.version).to_string();
    About { versions: deployment.services().iter().zip(expected).map(version).collect(), ..About::of(deployment) }
}

/// The same services in the environment where they are judged, with the versions that should run.
fn request(
    deployment: &Deployment,
    expected: &[Expected],
    environment: &EnvironmentName,
    cause: Cause,
) -> DeploymentRequestBody {
    let revision = deployment.revision().map(|revision| RevisionRequest {
        repository: revision.repository.to_string(),
        commit: revision.commit.to_string(),
        ref_name: revision.ref_name.to_string(),
    });
    let is_as_deployed = deployment
        .services()
        .iter()
        .zip(expected)
        .all(|(service, (_, version))| version.as_ref() == Some(&service.version));
    DeploymentRequestBody {
        id: None,
        environment: environment.to_string(),
        services: deployment
            .services()
            .iter()
            .zip(expected)
            .map(|(service, (_, version))| of_service(service, version.as_ref()))
            .collect(),
        revision: revision.filter(|_| is_as_deployed),
        cause: Some(cause.word().to_owned()),
        labels: BTreeMap::new(),
    }
}

/// What was deployed of it says nothing of another version.
fn of_service(service: &Service, version: Option<&Version>) -> ServiceRequest {
    let is_as_deployed = version == Some(&service.version);
    let artifact = service.artifact.as_ref().filter(|_| is_as_deployed);
    ServiceRequest {
        name: service.name.to_string(),
        version: version.unwrap_or(&service.version).to_string(),
        previous_version: service.previous_version.as_ref().filter(|_| is_as_deployed).map(ToString::to_string),
        artifact: artifact
            .map(|artifact| ArtifactRequest { uri: artifact.uri.to_string(), digest: artifact.digest.to_string() }),
    }
}
