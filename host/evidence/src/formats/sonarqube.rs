//! SonarQube's answer about a quality gate (`api/qualitygates/project_status`).
//!
//! A condition in `ERROR` is an issue of high severity, one in `WARN` of medium severity.

use crate::{
    detect::Head,
    error::ReadError,
    issues::{Issues, Row},
    json,
    source::{Reading, Source, empty},
    text::bounded,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_core::{
    evidence::{Completeness, Content, Measurement, ScanKind},
    finding::Severity,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    project_status: Gate,
}

#[derive(Debug, Deserialize)]
struct Gate {
    status: Status,
    conditions: Option<Vec<Condition>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    status: Status,
    metric_key: String,
    comparator: Option<String>,
    error_threshold: Option<String>,
    warning_threshold: Option<String>,
    actual_value: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Ok,
    Warn,
    Error,
    None,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Json(survey) if survey.has("projectStatus"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let gate = json::parse::<Answer>(source)?.project_status;
    let conditions = gate.conditions.as_deref().unwrap_or_default();
    let mut issues = Issues::new(source.limits);
    for condition in conditions {
        if let Some(severity) = severity(condition.status) {
            issues.add(&Row::new(&condition.metric_key, severity, &message(condition)));
        }
    }
    // A gate that failed is never clean, even if no condition says why.
    let explained = conditions.iter().any(|condition| severity(condition.status).is_some());
    if let Some(severity) = severity(gate.status).filter(|_| !explained) {
        issues.add(&Row::new("alert_status", severity, "the quality gate failed, by none of its conditions"));
    }
    let mut reading = Reading::new(completeness(&gate), vec![issues.done(ScanKind::Analysis)]);
    let rows: Vec<Measurement> = conditions.iter().filter_map(|condition| measurement(condition, source)).collect();
    if !rows.is_empty() {
        reading.contents.push(Content::Measurements(Arc::from(rows)));
    }
    reading.tool = Some(Arc::from("SonarQube"));
    Ok(reading)
}

fn severity(status: Status) -> Option<Severity> {
    match status {
        Status::Error => Some(Severity::High),
        Status::Warn => Some(Severity::Medium),
        Status::Ok | Status::None => None,
    }
}

fn message(condition: &Condition) -> String {
    let warned = condition.warning_threshold.as_ref().filter(|_| condition.status == Status::Warn);
    let threshold = warned.or(condition.error_threshold.as_ref()).map_or("?", String::as_str);
    let words = match condition.comparator.as_deref() {
        Some("GT") => "greater than",
        Some("LT") => "less than",
        _ => "not as demanded by",
    };
    format!("{} is {words} {threshold}", condition.actual_value.as_deref().unwrap_or("no value"))
}

/// The answer names no unit.
fn measurement(condition: &Condition, source: &Source<'_>) -> Option<Measurement> {
    let value: f64 = condition.actual_value.as_deref()?.trim().parse().ok()?;
    let name = bounded(&condition.metric_key, source.limits);
    value.is_finite().then(|| Measurement { name, subject: None, value, unit: Arc::from("") })
}

fn completeness(gate: &Gate) -> Completeness {
    let conditions = gate.conditions.as_deref().unwrap_or_default();
    if gate.status == Status::None {
        return empty("the project has no quality gate, or was not analysed: the status is `NONE`");
    }
    if gate.status == Status::Ok && conditions.iter().all(|condition| condition.status == Status::None) {
        return empty("no condition of the quality gate was looked at; ask for the analysis by `analysisId`");
    }
    Completeness::Complete
}
