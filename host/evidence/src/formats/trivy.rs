//! Trivy's JSON, schema version 2: vulnerabilities, misconfigurations, secrets and packages of one target.
//!
//! Severities are Trivy's own; `UNKNOWN`, and a word that is not known, are medium: unrated is not harmless.
//! Trivy does not say which scanners ran. A content is given only where a target shows that it was looked for: packages for
//! vulnerabilities, checks for misconfigurations, findings for secrets. Packages are listed by a licence scan too, so where
//! licences are all that a document shows, it has no content of vulnerabilities.

mod modified;
mod rows;
mod scans;
mod shape;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    ignored,
    issues::Issues,
    json,
    moment::document_time,
    source::{Reading, Source, empty},
    subjects,
    text::bounded,
};
use rows::Rows;
use shape::{Metadata, Report, Target};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{BillOfMaterials, Completeness, Content},
    vulnerability::VulnerabilityReport,
};

/// Whose word it is that a finding was taken out.
const AUTHOR: &str = "trivy";
const VERSION: u64 = 2;
const OLD: &[&str] = &["Target", "Vulnerabilities"];

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.has("SchemaVersion") && (survey.has("ArtifactName") || survey.has("Results")) || survey.lists(OLD)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    if json::survey(source)?.lists(OLD) {
        json::syntax(source)?;
        let what = "a list of targets, as Trivy wrote before 0.20; expected an object with `SchemaVersion` 2";
        return Err(source.malformed(Place::Document, what));
    }
    let mut report: Report = json::parse(source)?;
    if report.schema_version != VERSION {
        let place = Place::Value { path: "SchemaVersion".to_owned(), at: None };
        let what = format!("`{}` is not read; expected `{VERSION}`", report.schema_version);
        return Err(source.malformed(place, &what));
    }
    let is_modified = report.results.iter().flatten().any(|target| has(&target.modified));
    modified::put_back(report.results.as_deref_mut().unwrap_or_default(), source)?;
    let targets = report.results.as_deref().unwrap_or_default();
    let contents = contents(targets, source);
    let mut reading = Reading::new(completeness(targets), contents);
    let version = report.trivy.as_ref().and_then(|tool| tool.version.as_deref()).unwrap_or_default();
    reading.tool = Some(bounded(format!("Trivy {version}").trim(), source.limits));
    reading.author = is_modified.then(|| Arc::from(AUTHOR));
    reading.produced_at = report.created_at.as_deref().and_then(document_time);
    if let Some(metadata) = &report.metadata {
        reading.subjects = digests(metadata);
        let commit = metadata.commit.as_deref().filter(|commit| !commit.is_empty());
        reading.revision = commit.map(|commit| bounded(commit, source.limits));
    }
    Ok(reading)
}

fn completeness(targets: &[Target]) -> Completeness {
    const HINT: &str =
        "\"clean\" cannot be told from \"looked at nothing\"; with `--list-all-pkgs` Trivy says what it saw";
    if targets.is_empty() {
        return empty(format!("the document has no `Results`: {HINT}"));
    }
    if targets.iter().all(shows_nothing) {
        return empty(format!("no target lists a package, a check or a finding: {HINT}"));
    }
    Completeness::Complete
}

fn shows_nothing(target: &Target) -> bool {
    !has(&target.packages)
        && !has(&target.vulnerabilities)
        && target.ignored.is_empty()
        && !checked(target)
        && !has(&target.secrets)
        && !has(&target.licenses)
}

fn has<T>(rows: &Option<Vec<T>>) -> bool {
    rows.as_ref().is_some_and(|rows| !rows.is_empty())
}

/// Whether a check was run here, by its rows or by their count.
fn checked(target: &Target) -> bool {
    let counted = target.misconf_summary.as_ref().is_some_and(|counted| counted.successes > 0 || counted.failures > 0);
    counted || has(&target.misconfigurations)
}

fn contents(targets: &[Target], source: &Source<'_>) -> Vec<Content> {
    let mut rows = Rows::new(source.limits);
    let mut contents = Vec::new();
    let any = |test: fn(&Target) -> bool| targets.iter().any(test);
    let licenses_alone = any(|target| target.class.as_deref().is_some_and(|class| class.starts_with("license")));
    let found = any(|target| has(&target.vulnerabilities) || !target.ignored.is_empty());
    if found || any(|target| has(&target.packages)) && !licenses_alone {
        let all = targets.iter().flat_map(|target| target.vulnerabilities.iter().flatten());
        let mut vulnerabilities: Vec<_> = all.map(|found| rows.vulnerability(found)).collect();
        let taken_out = targets.iter().flat_map(|target| &target.ignored);
        let waived: Vec<_> = taken_out.map(|found| rows.vulnerability(found)).collect();
        let said = ignored::statements(&vulnerabilities, &waived);
        vulnerabilities.extend(waived);
        let report = VulnerabilityReport { vulnerabilities, ..VulnerabilityReport::default() };
        contents.push(Content::Vulnerabilities(Arc::new(report)));
        if !said.statements.is_empty() {
            contents.push(Content::Vex(Arc::new(said)));
        }
    }
    let mut issues = Issues::new(source.limits);
    if any(checked) {
        contents.push(scans::misconfigurations(targets, &mut issues));
    }
    if any(|target| has(&target.secrets)) {
        contents.push(scans::secrets(targets, &mut issues));
    }
    let components = rows.components(targets);
    if !components.is_empty() {
        contents.push(Content::Components(Arc::new(BillOfMaterials { components })));
    }
    contents
}

/// The image by its digests in registries and by its own.
fn digests(metadata: &Metadata) -> Vec<Digest> {
    let pushed = metadata.repo_digests.iter().flatten().filter_map(|name| name.rsplit_once('@'));
    let texts = pushed.map(|(_, digest)| digest).chain(metadata.image_id.as_deref());
    subjects::of_texts(texts)
}
