//! Secrets in what a caller sends: masked in documents before they are read, refused everywhere else.

use crate::{
    api::problem::PlacedError,
    api::request::{DeploymentRequestBody, EmergencyRequest},
    gate::error::{GateError, placed},
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, judgement::Submitted, policy::Secrets};
use tidegate_evidence::{
    Limits,
    secrets::{self, Found, Unmaskable, found_in, in_words},
};
use tidegate_ledger::evidence::Masking;

/// A document of a decision that was masked, and where it stood in the request.
#[derive(Debug, Clone)]
pub struct MaskedPart {
    /// Where it stood in the request.
    pub place: String,
    /// `name` or `name@service`.
    pub label: String,
    /// Of what is judged and kept.
    pub digest: Digest,
    /// What became of it.
    pub masking: Masking,
}

/// A document as it may be kept, and what was masked in it.
pub fn masked(bytes: Arc<[u8]>, limits: &Limits) -> Result<(Arc<[u8]>, Option<Masking>), Unmaskable> {
    let Some(masked) = secrets::masked(&bytes, limits)? else { return Ok((bytes, None)) };
    let masking = Masking { submitted: Digest::of(&bytes), found: counted(&masked.found) };
    Ok((Arc::from(masked.bytes), Some(masking)))
}

fn counted(found: &Found) -> BTreeMap<Arc<str>, u32> {
    found.iter().map(|(kind, count)| (Arc::from(kind.word()), *count)).collect()
}

/// What is uploaded apart, as it may be kept. Nobody asks yet what it is for, so an archive is looked through file by file: what it
/// holds cannot be masked inside it.
pub fn masked_upload(bytes: Arc<[u8]>, limits: &Limits) -> Result<(Arc<[u8]>, Option<Masking>), GateError> {
    let unreadable = |error: tidegate_evidence::ReadError| GateError::Unreadable(vec![placed("body", error)]);
    let Some(members) = tidegate_evidence::unpack(&bytes, limits).map_err(unreadable)? else {
        return masked(bytes, limits).map_err(|unmaskable| GateError::Secrets(vec![placed("body", unmaskable)]));
    };
    let mut errors = Vec::new();
    for member in members {
        let message = match secrets::masked(&member.bytes, limits) {
            Ok(None) => continue,
            Ok(Some(masked)) => format!("holds {}; hand its files in without the archive", in_words(&masked.found)),
            Err(unmaskable) => unmaskable.to_string(),
        };
        errors.push(placed(format!("body!{}", member.path), message));
    }
    if errors.is_empty() { Ok((bytes, None)) } else { Err(GateError::Secrets(errors)) }
}

/// A set may take no document that held secrets, masked or not.
pub fn taken(rule: Secrets, masked: &[MaskedPart]) -> Result<(), GateError> {
    if rule == Secrets::Mask || masked.is_empty() {
        return Ok(());
    }
    let told = |part: &MaskedPart| {
        let found: Vec<String> = part.masking.found.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        placed(
            part.place.clone(),
            format!("holds {}, and the policy set refuses documents with secrets", found.join(", ")),
        )
    };
    Err(GateError::Secrets(masked.iter().map(told).collect()))
}

/// Says of what was submitted which of it was masked.
pub fn note(submitted: &mut [Submitted], masked: &[MaskedPart]) {
    for document in submitted {
        let part = masked.iter().find(|part| part.label == document.label && part.digest == document.digest);
        if let Some(part) = part {
            document.submitted = Some(part.masking.submitted);
            document.masked.clone_from(&part.masking.found);
        }
    }
}

/// What somebody says goes into the record as it is, so it may hold no secret at all.
pub fn secrets_in(place: &str, said: &impl serde::Serialize) -> Result<(), GateError> {
    let mut errors = Vec::new();
    let value = serde_json::to_value(said).map_err(|error| GateError::Internal(error.to_string()))?;
    look(&value, place, &mut errors);
    if errors.is_empty() { Ok(()) } else { Err(GateError::Secrets(errors)) }
}

/// The rest of a request goes into records and answers as it is, so it may hold no secret at all.
pub fn without_secrets(
    deployment: &DeploymentRequestBody,
    skip: &[String],
    emergency: Option<&EmergencyRequest>,
) -> Result<(), GateError> {
    let mut errors = Vec::new();
    let parts = [
        ("deployment", serde_json::to_value(deployment)),
        ("skip", serde_json::to_value(skip)),
        ("emergency", serde_json::to_value(emergency)),
    ];
    for (place, part) in parts {
        let part = part.map_err(|error| GateError::Internal(error.to_string()))?;
        look(&part, place, &mut errors);
    }
    if errors.is_empty() { Ok(()) } else { Err(GateError::Secrets(errors)) }
}

/// Recursion is bounded by the shapes of the request, which nest no deeper than they are written.
fn look(value: &Value, place: &str, errors: &mut Vec<PlacedError>) {
    match value {
        Value::String(text) => {
            let found = found_in(text);
            if !found.is_empty() {
                errors.push(placed(place, format!("holds {}: a request may hold no secret", in_words(&found))));
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| look(item, &format!("{place}.{index}"), errors));
        }
        Value::Object(members) => {
            for (name, member) in members {
                look(&Value::String(name.clone()), place, errors);
                look(member, &format!("{place}.{name}"), errors);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
