//! GitLab's security report of a static analysis or a search for secrets.
//!
//! Severities have the same names here; `Unknown` and none are medium. The format has no numeric score.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    issues::{Issues, Row},
    json,
    moment::document_time,
    source::{Reading, Source, incomplete},
    text::{bounded, printable, quoted},
};
use serde::Deserialize;
use tidegate_core::{
    evidence::{Completeness, ScanKind},
    finding::Severity,
};

#[derive(Debug, Deserialize)]
struct Report {
    scan: Scan,
    vulnerabilities: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Scan {
    #[serde(rename = "type")]
    kind: String,
    scanner: Option<Scanner>,
    status: Option<String>,
    end_time: Option<String>,
    messages: Option<Vec<Message>>,
}

#[derive(Debug, Deserialize)]
struct Scanner {
    name: String,
    version: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    level: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Entry {
    name: Option<String>,
    message: Option<String>,
    description: Option<String>,
    severity: Option<Grade>,
    location: Option<Location>,
    identifiers: Option<Vec<Identifier>>,
    tracking: Option<Tracking>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Grade {
    Info,
    Unknown,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Debug, Deserialize)]
struct Location {
    file: Option<String>,
    start_line: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Identifier {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Tracking {
    items: Option<Vec<Tracked>>,
}

#[derive(Debug, Deserialize)]
struct Tracked {
    signatures: Option<Vec<Signature>>,
}

#[derive(Debug, Deserialize)]
struct Signature {
    algorithm: String,
    value: String,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    ["scan", "vulnerabilities", "version"].iter().all(|key| survey.has(key))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let report: Report = json::parse(source)?;
    let kind = match report.scan.kind.as_str() {
        "sast" => ScanKind::Analysis,
        "secret_detection" => ScanKind::Secrets,
        other => {
            let place = Place::Value { path: "scan.type".to_owned(), at: None };
            let what = format!("{} is not read; expected `sast` or `secret_detection`", quoted(other));
            return Err(source.malformed(place, &what));
        }
    };
    let mut issues = Issues::new(source.limits);
    for entry in &report.vulnerabilities {
        add(&mut issues, entry);
    }
    let mut reading = Reading::new(completeness(&report.scan), vec![issues.done(kind)]);
    reading.tool = report.scan.scanner.as_ref().map(|scanner| {
        let version = scanner.version.as_deref().unwrap_or_default();
        bounded(format!("{} {version}", scanner.name).trim_end(), source.limits)
    });
    reading.produced_at = report.scan.end_time.as_deref().and_then(document_time);
    Ok(reading)
}

fn add(issues: &mut Issues<'_>, entry: &Entry) {
    let identifiers = entry.identifiers.as_deref().unwrap_or_default();
    let tags: Vec<String> = identifiers.iter().map(|identifier| identifier.name.clone()).collect();
    let texts = [&entry.name, &entry.message, &entry.description];
    let location = entry.location.as_ref();
    let line = location.and_then(|location| u32::try_from(location.start_line?).ok());
    // The first one is the rule of the tool; the rest are what it stands for.
    let rule = identifiers.first().map(|identifier| identifier.value.as_str()).unwrap_or_default();
    let message = texts.into_iter().flatten().find(|text| !text.is_empty()).map_or("", String::as_str);
    issues.add(&Row {
        uri: location.and_then(|location| location.file.as_deref()),
        line,
        fingerprint: signature(entry).as_deref(),
        tags: &tags,
        ..Row::new(rule, severity(entry.severity), message)
    });
}

/// The last signature is the most precise one. It says where, not by which rule.
fn signature(entry: &Entry) -> Option<String> {
    let items = entry.tracking.as_ref()?.items.as_ref()?;
    let Signature { algorithm, value } = items.first()?.signatures.as_ref()?.last()?;
    let rule = entry.identifiers.as_ref().and_then(|all| all.first()).map(|identifier| identifier.value.as_str());
    Some(format!("{}:{algorithm}:{value}", rule.unwrap_or_default()))
}

fn severity(grade: Option<Grade>) -> Severity {
    match grade {
        Some(Grade::Critical) => Severity::Critical,
        Some(Grade::High) => Severity::High,
        Some(Grade::Medium | Grade::Unknown) | None => Severity::Medium,
        Some(Grade::Low) => Severity::Low,
        Some(Grade::Info) => Severity::Info,
    }
}

fn completeness(scan: &Scan) -> Completeness {
    if let Some(message) = scan.messages.iter().flatten().find(|message| message.level == "fatal") {
        return incomplete(format!("the scan failed: {}", printable(&message.value)));
    }
    match scan.status.as_deref() {
        Some("success") => Completeness::Complete,
        Some(other) => incomplete(format!("the scan's status is {}", quoted(other))),
        None => incomplete("the scan does not say how it ended: `scan.status` is missing"),
    }
}
