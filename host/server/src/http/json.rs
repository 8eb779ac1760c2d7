//! A submission as JSON.

use crate::{
    api::{
        problem::{PlacedError, Problem, ProblemKind},
        request::{DecisionRequest, EvidenceRequest, VerificationRequest},
    },
    gate::{
        error::placed,
        submission::{Source, Submission, Upload},
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::de::DeserializeOwned;

/// Reads a JSON body, or says where it is wrong.
pub fn submission_of(body: &[u8]) -> Result<Submission, Problem> {
    let request: DecisionRequest = parsed(body)?;
    let evidence = uploads_of(request.evidence)?;
    Ok(Submission { deployment: request.deployment, skip: request.skip, emergency: request.emergency, evidence })
}

/// Reads a JSON body that holds documents and nothing else, or says where it is wrong.
pub fn evidence_of(body: &[u8]) -> Result<Vec<Upload>, Problem> {
    let request: VerificationRequest = parsed(body)?;
    uploads_of(request.evidence)
}

fn uploads_of(items: Vec<EvidenceRequest>) -> Result<Vec<Upload>, Problem> {
    let (mut evidence, mut errors) = (Vec::with_capacity(items.len()), Vec::new());
    for (index, item) in items.into_iter().enumerate() {
        match upload_of(index, item) {
            Ok(upload) => evidence.push(upload),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(evidence) } else { Err(malformed(errors)) }
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let request = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        malformed(vec![placed(if place == "." { "body".to_owned() } else { place }, error.inner())])
    })?;
    reader.end().map_err(|error| malformed(vec![placed("body", error)]))?;
    Ok(request)
}

fn malformed(errors: Vec<PlacedError>) -> Problem {
    let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.place, error.message)).collect();
    Problem::new(ProblemKind::MalformedRequest, lines.join("; ")).with_errors(errors)
}

fn upload_of(index: usize, item: EvidenceRequest) -> Result<Upload, PlacedError> {
    let place = format!("evidence[{index}]");
    let source = match (item.digest, item.text, item.base64) {
        (Some(digest), None, None) => Source::Digest(digest),
        (None, Some(text), None) => Source::Bytes(Bytes::from(text)),
        (None, None, Some(encoded)) => {
            let decoded = STANDARD.decode(encoded).map_err(|error| placed(format!("{place}.base64"), error))?;
            Source::Bytes(Bytes::from(decoded))
        }
        _ => return Err(placed(place, "exactly one of `digest`, `text` and `base64` is needed")),
    };
    Ok(Upload { name: item.name, place, format: item.format, produced_at: item.produced_at, source })
}
