//! What a caller says is to be deployed, believed or refused with every mistake and its place.

use crate::{
    api::{
        problem::PlacedError,
        request::{ArtifactRequest, DeploymentRequestBody, RevisionRequest, ServiceRequest},
    },
    gate::error::{GateError, parsed, placed},
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_core::{
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Label, Revision, Service},
    digest::Digest,
    name::{Commit, EnvironmentName, ServiceName, StageId, Version},
    plan::nearest,
    time::Timestamp,
};

/// Who asked, and when: never what the caller typed.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The authenticated identity.
    pub principal: Arc<Principal>,
    /// The server's clock.
    pub at: Timestamp,
    /// The id of a deployment that the caller gave none.
    pub fallback_id: String,
}

/// Whether whoever asked may have it decided: in that environment, for all of its services. Whoever may force it may ask for that.
pub fn permitted(deployment: &Deployment, principal: &Principal, is_forced: bool) -> Result<(), GateError> {
    let services = deployment.service_names();
    let may = |role| principal.may(role, deployment.environment(), &services);
    // What undoes a deployment is never frozen, so saying so is not enough.
    let role = if deployment.cause() == Cause::Rollback { Role::Operate } else { Role::Decide };
    if may(role) || (is_forced && may(Role::Override)) {
        return Ok(());
    }
    Err(GateError::forbidden(role, principal, deployment.environment(), &services))
}

/// The deployment, or every mistake.
pub fn deployment_of(body: &DeploymentRequestBody, asked: &Asked) -> Result<Deployment, GateError> {
    let mut errors = Vec::new();
    let environment = parsed("deployment.environment", Some(&body.environment), EnvironmentName::parse, &mut errors);
    let services: Vec<Service> = body
        .services
        .iter()
        .enumerate()
        .filter_map(|(index, service)| service_of(index, service, &mut errors))
        .collect();
    let revision = body.revision.as_ref().and_then(|revision| revision_of(revision, &mut errors));
    let cause = cause_of(body.cause.as_deref(), &mut errors);
    let Some(environment) = environment.filter(|_| errors.is_empty()) else {
        return Err(GateError::Deployment(errors));
    };
    let labels = body
        .labels
        .iter()
        .map(|(name, value)| Label { name: Arc::from(name.as_str()), value: Arc::from(value.as_str()) });
    let request = DeploymentRequest {
        id: Arc::from(body.id.as_deref().unwrap_or(&asked.fallback_id)),
        environment,
        services,
        revision,
        cause,
        actor: asked.principal.name.clone(),
        person: asked.principal.behind(),
        requested_at: asked.at,
        labels: labels.collect(),
    };
    Deployment::new(request)
        .map_err(|errors| GateError::Deployment(errors.into_iter().map(|error| placed("deployment", error)).collect()))
}

/// The stages a caller wants to skip, or every one that is no stage's name.
pub fn skips_of(skip: &[String]) -> Result<Vec<StageId>, GateError> {
    let mut errors = Vec::new();
    let mut stages: Vec<StageId> =
        skip.iter().filter_map(|text| parsed("skip", Some(text), StageId::parse, &mut errors)).collect();
    stages.sort();
    stages.dedup();
    if errors.is_empty() { Ok(stages) } else { Err(GateError::Malformed(errors)) }
}

fn service_of(index: usize, body: &ServiceRequest, errors: &mut Vec<PlacedError>) -> Option<Service> {
    let place = |field: &str| format!("deployment.services[{index}].{field}");
    let name = parsed(&place("name"), Some(&body.name), ServiceName::parse, errors);
    let version = parsed(&place("version"), Some(&body.version), Version::parse, errors);
    let previous = body
        .previous_version
        .as_deref()
        .map(|text| parsed(&place("previous_version"), Some(text), Version::parse, errors));
    let artifact = body.artifact.as_ref().map(|artifact| artifact_of(&place("artifact"), artifact, errors));
    Some(Service {
        name: name?,
        version: version?,
        previous_version: transpose(previous)?,
        artifact: transpose(artifact)?,
    })
}

/// Absent is fine; present but wrong is not.
fn transpose<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(inner) => inner.map(Some),
    }
}

fn artifact_of(place: &str, body: &ArtifactRequest, errors: &mut Vec<PlacedError>) -> Option<Artifact> {
    let digest = parsed(&format!("{place}.digest"), Some(&body.digest), Digest::parse, errors)?;
    Some(Artifact { uri: Arc::from(body.uri.as_str()), digest })
}

fn revision_of(body: &RevisionRequest, errors: &mut Vec<PlacedError>) -> Option<Revision> {
    let commit = parsed("deployment.revision.commit", Some(&body.commit), Commit::parse, errors)?;
    Some(Revision {
        repository: Arc::from(body.repository.as_str()),
        commit,
        ref_name: Arc::from(body.ref_name.as_str()),
    })
}

fn cause_of(text: Option<&str>, errors: &mut Vec<PlacedError>) -> Cause {
    let Some(text) = text else { return Cause::Push };
    let cause = Cause::ALL.into_iter().find(|cause| cause.word() == text);
    cause.unwrap_or_else(|| {
        let words: Vec<&str> = Cause::ALL.iter().map(|cause| cause.word()).collect();
        let hint =
            nearest(text, words.iter().copied()).map_or_else(String::new, |word| format!(" (did you mean `{word}`?)"));
        let message = format!("`{}` is not a cause{hint}; causes are {}", text.escape_debug(), words.join(", "));
        errors.push(placed("deployment.cause", message));
        Cause::Push
    })
}
