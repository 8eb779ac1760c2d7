//! Grype's JSON: vulnerabilities of one source.
//!
//! Severities are Grype's own; `Negligible` is low; `Unknown`, and a word that is not known, are medium: unrated is not harmless.
//! What the configuration ignored is a row like any other, and a statement of the author `grype` that the package is not
//! affected: it counts until a stage lists that author.

mod rows;
mod shape;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    ignored as ignoring, json,
    moment::document_time,
    source::{Reading, Source, empty},
    subjects,
    text::bounded,
};
use rows::Rows;
use shape::{Database, Descriptor, Match, Report};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{Completeness, Content},
    time::Timestamp,
    vulnerability::VulnerabilityReport,
};

const AUTHOR: &str = "grype";
/// What builds without a version write.
const NO_VERSION: &str = "[not provided]";

/// Syft writes a `source` and a `descriptor` too, but with `artifacts`.
pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let rows = survey.has("matches") || survey.has("ignoredMatches");
    let frame = survey.has("source") && survey.has("distro");
    survey.has("descriptor") && !survey.has("artifacts") && (rows || frame)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let report: Report = json::parse(source)?;
    let Some(matches) = &report.matches else {
        return Err(
            source.malformed(Place::Document, "no `matches`; a scan that found nothing has an empty list there")
        );
    };
    let ignored = report.ignored.as_deref().unwrap_or_default();
    let descriptor = report.descriptor.as_ref();
    let database_at = descriptor.and_then(|tool| tool.db.as_ref()).and_then(built);
    let contents = contents(matches, ignored, database_at, source);
    let completeness = if matches.is_empty() && ignored.is_empty() && database_at.is_none() {
        let why = "no match, and no `descriptor.db` that says when the database was built: \
                   \"clean\" cannot be told from \"looked at nothing\"";
        empty(why.to_owned())
    } else {
        Completeness::Complete
    };
    let mut reading = Reading::new(completeness, contents);
    reading.tool = Some(bounded(&tool(descriptor), source.limits));
    reading.produced_at = descriptor.and_then(|tool| tool.timestamp.as_deref()).and_then(document_time);
    reading.author = (!ignored.is_empty()).then(|| Arc::from(AUTHOR));
    reading.subjects = report.source.and_then(|scanned| scanned.target).as_ref().map(digests).unwrap_or_default();
    Ok(reading)
}

fn tool(descriptor: Option<&Descriptor>) -> String {
    let version = descriptor.and_then(|tool| tool.version.as_deref()).filter(|version| *version != NO_VERSION);
    format!("grype {}", version.unwrap_or_default()).trim().to_owned()
}

/// Newer versions keep it one level deeper.
fn built(database: &Database) -> Option<Timestamp> {
    let deeper = || database.status.as_ref().and_then(|status| status.built.as_deref());
    database.built.as_deref().or_else(deeper).and_then(document_time).map(|time| time.at)
}

fn contents(matches: &[Match], ignored: &[Match], database_at: Option<Timestamp>, source: &Source<'_>) -> Vec<Content> {
    let mut rows = Rows::new(source.limits);
    let mut vulnerabilities: Vec<_> = matches.iter().map(|row| rows.vulnerability(row)).collect();
    let waived: Vec<_> = ignored.iter().map(|row| rows.vulnerability(row)).collect();
    let said = ignoring::statements(&vulnerabilities, &waived);
    vulnerabilities.extend(waived);
    let report = VulnerabilityReport { vulnerabilities, database_at, ..VulnerabilityReport::default() };
    let mut contents = vec![Content::Vulnerabilities(Arc::new(report))];
    if !said.statements.is_empty() {
        contents.push(Content::Vex(Arc::new(said)));
    }
    contents
}

/// The image by its digests in registries, its manifest's and its own. A directory is a text, and has none.
fn digests(target: &serde_json::Value) -> Vec<Digest> {
    let text = |key: &str| target.get(key).and_then(serde_json::Value::as_str);
    let pushed = target.get("repoDigests").and_then(serde_json::Value::as_array).into_iter().flatten();
    let pushed = pushed.filter_map(|name| name.as_str()?.rsplit_once('@')).map(|(_, digest)| digest);
    subjects::of_texts(pushed.chain(text("manifestDigest")).chain(text("imageID")))
}
