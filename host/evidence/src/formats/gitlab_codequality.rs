//! GitLab's code quality report, a part of Code Climate's: a list of issues.
//!
//! Severity `blocker` is critical, `critical` high, `major` medium, `minor` low, `info` info; without one, medium.

use crate::{
    detect::Head,
    error::ReadError,
    issues::{Issues, Row},
    json,
    source::{Reading, Source, empty},
};
use serde::Deserialize;
use tidegate_core::{
    evidence::{Completeness, ScanKind},
    finding::Severity,
};

#[derive(Debug, Deserialize)]
struct Entry {
    description: String,
    check_name: Option<String>,
    fingerprint: String,
    severity: Option<Grade>,
    location: Location,
    categories: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Info,
    Minor,
    Major,
    Critical,
    Blocker,
}

#[derive(Debug, Deserialize)]
struct Location {
    path: String,
    lines: Option<Lines>,
    positions: Option<Positions>,
}

#[derive(Debug, Deserialize)]
struct Lines {
    begin: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Positions {
    begin: Option<Position>,
}

#[derive(Debug, Deserialize)]
struct Position {
    line: Option<i64>,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Json(survey) if survey.lists(&["description", "fingerprint", "location"]))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let entries: Vec<Entry> = json::parse(source)?;
    let mut issues = Issues::new(source.limits);
    for entry in &entries {
        let rule = entry.check_name.as_deref().unwrap_or_default();
        issues.add(&Row {
            uri: Some(&entry.location.path),
            line: line(&entry.location),
            fingerprint: Some(&entry.fingerprint),
            tags: entry.categories.as_deref().unwrap_or_default(),
            ..Row::new(rule, severity(entry.severity), &entry.description)
        });
    }
    let completeness = if entries.is_empty() {
        empty("the list holds no issue, and the format does not say whether anything was looked at")
    } else {
        Completeness::Complete
    };
    Ok(Reading::new(completeness, vec![issues.done(ScanKind::Analysis)]))
}

fn severity(grade: Option<Grade>) -> Severity {
    match grade {
        Some(Grade::Blocker) => Severity::Critical,
        Some(Grade::Critical) => Severity::High,
        Some(Grade::Major) | None => Severity::Medium,
        Some(Grade::Minor) => Severity::Low,
        Some(Grade::Info) => Severity::Info,
    }
}

fn line(location: &Location) -> Option<u32> {
    let lines = location.lines.as_ref().and_then(|lines| lines.begin);
    let position = || location.positions.as_ref()?.begin.as_ref()?.line;
    u32::try_from(lines.or_else(position)?).ok()
}
