//! What was seen as documents of the formats that stages read: a probe of endpoints, statements of what is known, facts of what is not.

use super::{
    looking::Looked,
    rules::{Endpoint, Rules},
    seen::Saw,
};
use crate::{
    egress::{Seen, error::EgressError},
    gate::submission::{Source, Upload},
    probe::{
        certificate::believed,
        document::{Document, Probe},
        headers::kept,
    },
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tidegate_core::{name::EvidenceName, time::Timestamp};

/// Who says so.
pub(super) const GATE: &str = "tidegate";
/// Facts of this beginning speak about items of checklists.
const OF_AN_ITEM: &str = "checklist.";
const NANOS_PER_MICRO: u128 = 1_000;

/// The documents, in an order that follows from the set alone.
pub(super) fn documents(rules: &Rules, looked: &Looked) -> Result<Vec<Upload>, serde_json::Error> {
    let mut uploads = Vec::new();
    if !rules.endpoints.is_empty() {
        uploads.push(upload(&rules.health, "probe", probed(rules, looked).json()?));
    }
    let mut by_name: BTreeMap<&EvidenceName, Vec<(&str, &Saw)>> = BTreeMap::new();
    for (item, saw) in rules.items.iter().zip(&looked.items) {
        by_name.entry(&item.evidence).or_default().push((&item.name, saw));
    }
    for (name, items) in by_name {
        let statements: Vec<Value> = items.iter().filter_map(|(item, saw)| statement(item, saw)).collect();
        if !statements.is_empty() {
            uploads.push(upload(name, "statements", own("statements", looked.at, &statements)?));
        }
        let facts: Vec<Value> = items.iter().filter_map(|(item, saw)| unknown(item, saw)).collect();
        if !facts.is_empty() {
            uploads.push(upload(name, "facts", own("facts", looked.at, &facts)?));
        }
    }
    Ok(uploads)
}

fn upload(name: &EvidenceName, format: &str, text: String) -> Upload {
    Upload {
        name: name.to_string(),
        place: format!("{name} (seen by the gate)"),
        format: Some(format.to_owned()),
        produced_at: None,
        source: Source::Bytes(Bytes::from(text)),
    }
}

fn own(format: &str, at: Timestamp, entries: &[Value]) -> Result<String, serde_json::Error> {
    let tool = concat!("tidegate ", env!("CARGO_PKG_VERSION"));
    let whole = json!({
        "format": format!("tidegate/{format}/v1"),
        "tool": tool,
        "produced_at": at.to_string(),
        format: entries,
    });
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

fn statement(item: &str, saw: &Saw) -> Option<Value> {
    let (key, value) = match saw {
        Saw::Met(_) => ("satisfied", true),
        Saw::Unmet(_) => ("satisfied", false),
        Saw::NotConcerned(_) => ("not_applicable", true),
        Saw::Unknown(_) => return None,
    };
    Some(json!({ "item": item, key: value, "by": GATE, "note": saw.why() }))
}

/// A fact that is neither true nor false: whatever else is said, the item stays open.
fn unknown(item: &str, saw: &Saw) -> Option<Value> {
    let Saw::Unknown(why) = saw else { return None };
    Some(json!({ "name": format!("{OF_AN_ITEM}{item}"), "value": why }))
}

/// An endpoint that the gate itself could not ask is left out, and the document is not finished.
fn probed(rules: &Rules, looked: &Looked) -> Document {
    let mut probes = Vec::new();
    for (endpoint, seen) in rules.endpoints.iter().zip(&looked.endpoints) {
        probes.extend(probe(endpoint, seen));
    }
    let is_whole = probes.len() == rules.endpoints.len();
    let document = Document::new(looked.at, probes);
    if is_whole { document } else { document.unfinished() }
}

fn probe(Endpoint { address, .. }: &Endpoint, seen: &Result<Seen, EgressError>) -> Option<Probe> {
    let url = address.to_string();
    match seen {
        Ok(seen) => Some(answered(url, seen)),
        Err(EgressError::Redirect { status, location, .. }) => {
            let headers = BTreeMap::from([("location".to_owned(), location.clone())]);
            Some(Probe { url, status: Some(*status), headers, ..Probe::default() })
        }
        Err(error @ (EgressError::TooSlow { .. } | EgressError::Transport { .. } | EgressError::TooLarge { .. })) => {
            Some(Probe { url, error: Some(error.to_string()), ..Probe::default() })
        }
        // The gate's own fault says nothing of the endpoint.
        Err(_) => None,
    }
}

fn answered(url: String, seen: &Seen) -> Probe {
    let micros = u32::try_from(seen.took.as_nanos() / NANOS_PER_MICRO).unwrap_or(u32::MAX);
    let probe = Probe {
        url,
        status: Some(seen.response.status),
        duration_ms: Some(f64::from(micros) / 1000.0),
        headers: kept(&seen.headers, &[]),
        ..Probe::default()
    };
    match seen.certificate.as_deref().map(believed) {
        None => probe,
        Some(Ok(certificate)) => Probe { certificate: Some(certificate), ..probe },
        Some(Err(error)) => {
            let error = Some(format!("the certificate cannot be read: {error}"));
            Probe { url: probe.url, error, ..Probe::default() }
        }
    }
}
