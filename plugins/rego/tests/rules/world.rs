//! A question in one line.

use rego::Rego;
use serde_json::json;
use tidegate_sdk::{
    fixture::{DocumentFixture, evidence, request},
    gate::{Failure, Gate, Request},
    report::Report,
    settings::{read, sentence},
};

/// A Wednesday: 2026-11-18T11:06:40Z.
pub(crate) const NOW: u64 = 1_795_000_000_000_000_000;

/// Settings with one module of rules for documents.
pub(crate) fn conftest(module: &str) -> serde_json::Value {
    json!({ "mode": "conftest", "modules": [{ "file": "a.rego", "source": module }] })
}

/// A document of that text.
pub(crate) fn document(text: &str) -> DocumentFixture {
    DocumentFixture::new("config", "opaque").bytes(text.as_bytes())
}

pub(crate) fn judge(
    settings: &serde_json::Value,
    documents: impl IntoIterator<Item = DocumentFixture>,
) -> Result<Report, Failure> {
    let settings = read::<Rego>(&settings.to_string()).map_err(|problems| Failure::BadSettings(sentence(&problems)))?;
    Rego::evaluate(&Request { evaluated_at: NOW, ..request(settings) }, &evidence(documents))
}

/// The messages that rules give over a document.
pub(crate) fn messages(module: &str, text: &str) -> Vec<String> {
    let report = judge(&conftest(module), [document(text)]).unwrap_or_else(|failure| panic!("{failure:?}"));
    report.findings.into_iter().map(|finding| finding.message).collect()
}

/// What is wrong with the settings.
pub(crate) fn problems(settings: &serde_json::Value) -> Vec<String> {
    let problems = read::<Rego>(&settings.to_string()).err().unwrap_or_default();
    problems.into_iter().map(|problem| format!("{} {}", problem.pointer, problem.message)).collect()
}
