//! Lighthouse: how fast and how well made a page is. Scores of categories in percent, and the numbers of audits in their own units.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty, incomplete},
    text::{bounded, printable, quoted},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::evidence::{Completeness, Content, Measurement};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    lighthouse_version: Option<String>,
    requested_url: Option<String>,
    /// Before version 10.
    final_url: Option<String>,
    final_displayed_url: Option<String>,
    fetch_time: Option<String>,
    runtime_error: Option<RuntimeError>,
    categories: BTreeMap<String, Category>,
    audits: Option<BTreeMap<String, Audit>>,
}

#[derive(Debug, Deserialize)]
struct RuntimeError {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Category {
    /// Null when an audit that counts towards it failed to run.
    score: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Audit {
    score_display_mode: Option<String>,
    numeric_value: Option<f64>,
    numeric_unit: Option<String>,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Json(survey) if survey.has("lighthouseVersion") && survey.has("categories"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let report: Report = json::parse(source)?;
    let mut reading = Reading::new(completeness(&report), Vec::new());
    let rows = measurements(&report, source)?;
    if !rows.is_empty() {
        reading.contents.push(Content::Measurements(Arc::from(rows)));
    }
    let version = report.lighthouse_version.as_deref();
    reading.tool = version.map(|version| bounded(&format!("Lighthouse {version}"), source.limits));
    reading.produced_at = report.fetch_time.as_deref().and_then(document_time);
    Ok(reading)
}

fn measurements(report: &Report, source: &Source<'_>) -> Result<Vec<Measurement>, ReadError> {
    let urls = [&report.final_displayed_url, &report.final_url, &report.requested_url];
    let subject = urls.into_iter().flatten().find(|url| !url.is_empty()).map(|url| bounded(url, source.limits));
    let mut rows = Vec::new();
    let mut add = |name: &str, value: f64, unit: &str| {
        let (name, unit) = (bounded(name, source.limits), bounded(unit, source.limits));
        rows.push(Measurement { name, subject: subject.clone(), value, unit });
    };
    for (id, category) in &report.categories {
        let Some(score) = category.score else { continue };
        if !(0.0..=1.0).contains(&score) {
            let place = Place::Value { path: printable(&format!("categories.{id}.score")), at: None };
            return Err(source.malformed(place, &format!("{score} is no score; expected 0 to 1")));
        }
        // Lighthouse gives two digits; the product would have more.
        add(&format!("lighthouse.{id}"), (score * 10_000.0).round() / 100.0, "%");
    }
    for (id, audit) in report.audits.iter().flatten() {
        if let Some(value) = audit.numeric_value.filter(|value| value.is_finite()) {
            add(id, value, audit.numeric_unit.as_deref().unwrap_or_default());
        }
    }
    Ok(rows)
}

/// The first reason not to conclude from the document.
fn completeness(report: &Report) -> Completeness {
    // Old versions write `NO_ERROR` when there was none.
    let error = report.runtime_error.as_ref().filter(|error| error.code.as_deref() != Some("NO_ERROR"));
    if let Some(error) = error {
        let code = error.code.as_deref().unwrap_or_default();
        let message = error.message.as_deref().unwrap_or_default();
        return incomplete(format!("the run failed: {} {}", quoted(code), printable(message)));
    }
    if let Some((id, _)) = report.categories.iter().find(|(_, category)| category.score.is_none()) {
        return incomplete(format!("the category {} has no score", quoted(id)));
    }
    let failed = |audit: &Audit| audit.score_display_mode.as_deref() == Some("error");
    if let Some((id, _)) = report.audits.iter().flatten().find(|(_, audit)| failed(audit)) {
        return incomplete(format!("the audit {} could not be run", quoted(id)));
    }
    if report.categories.is_empty() {
        return empty("the report has no category; name them with `--only-categories`");
    }
    Completeness::Complete
}
