//! What is stated, as it was understood, and the document that it becomes.

use crate::{
    api::{problem::PlacedError, statements::StatementRequest},
    gate::{
        error::{GateError, parsed, placed},
        masking::secrets_in,
    },
};
use serde::Serialize;
use std::sync::Arc;
use tidegate_core::{
    deployment::SERVICES_MAX,
    digest::Digest,
    name::{Commit, EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_evidence::{Limits, secrets};
use tidegate_ledger::statement::ITEM_BYTES_MAX;

const LINK_BYTES_MAX: usize = 1_024;
const NOTE_CHARS_MAX: usize = 4_096;
/// As callers of decisions name the format.
const FORMAT: &str = "statements";

/// What is stated, and what it is about.
#[derive(Debug)]
pub(super) struct Words<'a> {
    said: &'a StatementRequest,
    pub(super) environment: Option<EnvironmentName>,
    /// Sorted, each once.
    pub(super) services: Vec<ServiceName>,
    artifact: Option<Digest>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    produced_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<&'a str>,
    statements: [Statement<'a>; 1],
}

#[derive(Serialize)]
struct Statement<'a> {
    item: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_applicable: Option<bool>,
    by: &'a str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

impl<'a> Words<'a> {
    /// Reads what was stated, or says everything that is wrong with it.
    pub(super) fn read(said: &'a StatementRequest) -> Result<Self, GateError> {
        let mut errors: Vec<PlacedError> = Vec::new();
        standing(said, &mut errors);
        item(&said.item, &mut errors);
        if let Some(link) = &said.link {
            visible("link", link, LINK_BYTES_MAX, &mut errors);
        }
        at_most("note", said.note.as_deref().unwrap_or_default().chars().count(), NOTE_CHARS_MAX, &mut errors);
        let environment = parsed("environment", said.environment.as_deref(), EnvironmentName::parse, &mut errors);
        let services = services(&said.services, &mut errors);
        parsed("revision", said.revision.as_deref(), Commit::parse, &mut errors);
        let artifact = parsed("artifact", said.artifact.as_deref(), Digest::parse, &mut errors);
        if !errors.is_empty() {
            return Err(GateError::Malformed(errors));
        }
        // It goes into the record as it is.
        secrets_in("statement", said)?;
        Ok(Self { said, environment, services, artifact })
    }

    /// The document, as a decision will read it.
    pub(super) fn document(&self, by: &str, at: Timestamp, limits: &Limits) -> Result<Arc<[u8]>, GateError> {
        let said = self.said;
        let statement = Statement {
            item: &said.item,
            satisfied: said.satisfied,
            not_applicable: said.not_applicable,
            by,
            at: at.to_string(),
            link: said.link.as_deref(),
            note: said.note.as_deref(),
        };
        let document = Document {
            format: "tidegate/statements/v1",
            produced_at: at.to_string(),
            subject: self.artifact.map(|digest| digest.to_string()),
            revision: said.revision.as_deref(),
            environment: said.environment.as_deref(),
            services: self.services.iter().map(ServiceName::as_str).collect(),
            statements: [statement],
        };
        let written = serde_json::to_vec(&document).map_err(|error| GateError::Internal(error.to_string()))?;
        let bytes: Arc<[u8]> = Arc::from(written);
        // What would be masked when it is cited would have another digest then, and what cannot be read would be of no use.
        if secrets::masked(&bytes, limits).map_or(true, |masked| masked.is_some()) {
            return Err(GateError::Secrets(vec![placed(
                "statement",
                "what it becomes holds a secret, or reads like one",
            )]));
        }
        let unread = |error: tidegate_evidence::ReadError| GateError::Malformed(vec![placed("statement", error)]);
        tidegate_evidence::read(bytes.clone(), Some(FORMAT), limits).map_err(unread)?;
        Ok(bytes)
    }
}

fn standing(said: &StatementRequest, errors: &mut Vec<PlacedError>) {
    match (said.satisfied, said.not_applicable) {
        (Some(_), None) => {}
        (None, Some(true)) if said.note.as_deref().unwrap_or_default().trim().is_empty() => {
            errors.push(placed("note", "what does not apply needs a note that says why"));
        }
        (None, Some(true)) => {}
        _ => errors.push(placed("satisfied", "say either `satisfied`: true or false, or `not_applicable`: true")),
    }
}

fn services(names: &[String], errors: &mut Vec<PlacedError>) -> Vec<ServiceName> {
    at_most("services", names.len(), SERVICES_MAX, errors);
    let mut read: Vec<ServiceName> = names
        .iter()
        .take(SERVICES_MAX)
        .enumerate()
        .filter_map(|(index, name)| parsed(&format!("services.{index}"), Some(name), ServiceName::parse, errors))
        .collect();
    read.sort();
    read.dedup();
    read
}

/// Whatever its plugin asks of an id, it is a name, which can stand in a leaf and in a line.
fn item(id: &str, errors: &mut Vec<PlacedError>) {
    let is_name = id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !is_name {
        errors.push(placed("item", "allowed are letters, digits, `_`, `-` and `.`, beginning with a letter or digit"));
    }
    at_most("item", id.len(), ITEM_BYTES_MAX, errors);
}

fn visible(place: &str, text: &str, allowed: usize, errors: &mut Vec<PlacedError>) {
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_graphic()) {
        errors.push(placed(place, "allowed are visible ASCII characters"));
    }
    at_most(place, text.len(), allowed, errors);
}

fn at_most(place: &str, used: usize, allowed: usize, errors: &mut Vec<PlacedError>) {
    if used > allowed {
        errors.push(placed(place, format!("{used} used, {allowed} allowed")));
    }
}
