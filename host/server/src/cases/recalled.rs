//! A recorded decision as a case: what was asked, with the documents that were judged, as files.
//!
//! What it came to is not taken over: a case says what the policies beside it come to.

use super::update::block;
use crate::{
    api::request::{ArtifactRequest, DeploymentRequestBody, RevisionRequest, ServiceRequest},
    replay::past::{Bytes, Decided},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tidegate_core::{deployment::Deployment, digest::Digest, judgement::Submitted};

/// A file of a case: its path from the case's folder on, and its bytes.
pub type File = (PathBuf, Arc<[u8]>);

/// Why a decision is no case.
#[derive(Debug, thiserror::Error)]
pub enum RecallError {
    /// One question has one earlier deployment, a case too.
    #[error("its services were compared with {0} earlier deployments; a case holds 1")]
    SeveralBefore(usize),
    /// The earlier documents are gone.
    #[error("what it was compared with cannot be had: {0}")]
    Before(Arc<str>),
    /// The record contradicts itself.
    #[error("document `{0}` is not among those that were read")]
    Document(Digest),
    /// What cannot be written.
    #[error("cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The files of a case of this decision.
pub fn files(decided: &Decided) -> Result<Vec<File>, RecallError> {
    let inputs = &decided.recorded.inputs;
    let mut files = vec![text("case.yaml", &case(decided))];
    files.extend(question("", &inputs.deployment, &inputs.evidence, &decided.documents)?);
    match decided.earlier.values().collect::<Vec<_>>().as_slice() {
        [] => {}
        [Ok(earlier)] => {
            files.extend(question("before/", &earlier.deployment, &earlier.evidence, &earlier.documents)?);
        }
        [Err(why)] => return Err(RecallError::Before(why.clone())),
        several => return Err(RecallError::SeveralBefore(several.len())),
    }
    Ok(files)
}

fn question(
    folder: &str,
    deployment: &Deployment,
    evidence: &[Submitted],
    documents: &Bytes,
) -> Result<Vec<File>, RecallError> {
    let deployment = serde_json::to_string_pretty(&request(deployment))? + "\n";
    let mut files = vec![text(&format!("{folder}deployment.json"), &deployment)];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for document in evidence {
        let count = counts.entry(&document.label).or_default();
        *count += 1;
        let bytes = documents.get(&document.digest).ok_or(RecallError::Document(document.digest))?;
        files.push((PathBuf::from(format!("{folder}evidence/{}/{count}.document", document.label)), bytes.clone()));
    }
    Ok(files)
}

/// A value in JSON is one in YAML.
fn case(decided: &Decided) -> String {
    let (inputs, came) = (&decided.recorded.inputs, &decided.recorded.came);
    let said = |what: &dyn Fn(&Submitted) -> Option<String>| -> Map<String, Value> {
        inputs.evidence.iter().filter_map(|document| Some((document.label.clone(), json!(what(document)?)))).collect()
    };
    let mut lines = vec![
        format!(
            "description: {}",
            json!(format!("As decision {}, which came to {}.", decided.recorded.decision, came.outcome.word()))
        ),
        format!("at: {}", inputs.evaluated_at),
    ];
    if !inputs.skip.is_empty() {
        lines.push(format!("skip: {}", json!(inputs.skip.iter().map(ToString::to_string).collect::<Vec<_>>())));
    }
    for (key, map) in [
        ("format", said(&|document| Some(document.format.to_string()))),
        ("produced_at", said(&|document| document.declared_at.map(|at| at.to_string()))),
    ] {
        if !map.is_empty() {
            lines.push(format!("{key}: {}", Value::Object(map)));
        }
    }
    let stated = said(&|document| document.stated_in.map(|_| String::new()));
    if !stated.is_empty() {
        lines.push(format!("stated: {}", json!(stated.keys().collect::<Vec<_>>())));
    }
    lines.extend(block(&[("outcome", json!(came.outcome.word()))]));
    lines.join("\n") + "\n"
}

fn text(path: &str, text: &str) -> File {
    (PathBuf::from(path), Arc::from(text.as_bytes()))
}

fn request(deployment: &Deployment) -> DeploymentRequestBody {
    let services = deployment.services().iter().map(|service| ServiceRequest {
        name: service.name.to_string(),
        version: service.version.to_string(),
        previous_version: service.previous_version.as_ref().map(ToString::to_string),
        artifact: service
            .artifact
            .as_ref()
            .map(|artifact| ArtifactRequest { uri: artifact.uri.to_string(), digest: artifact.digest.to_string() }),
    });
    let revision = deployment.revision().map(|revision| RevisionRequest {
        repository: revision.repository.to_string(),
        commit: revision.commit.to_string(),
        ref_name: revision.ref_name.to_string(),
    });
    DeploymentRequestBody {
        id: Some(deployment.id().to_owned()),
        environment: deployment.environment().to_string(),
        services: services.collect(),
        revision,
        cause: Some(deployment.cause().word().to_owned()),
        labels: deployment.labels().iter().map(|label| (label.name.to_string(), label.value.to_string())).collect(),
    }
}
