//! k6: what a load test measured, and which of its thresholds were breached. Written by `handleSummary` or by `--summary-export`.
//!
//! A breached threshold is an issue of high severity.

mod shape;

use crate::{
    detect::Head,
    error::ReadError,
    issues::{Issues, Row},
    json,
    source::{Reading, Source, empty, incomplete},
    text::{Interner, bounded, quoted},
};
use shape::{Kind, Metric, Summary};
use std::{borrow::Cow, sync::Arc};
use tidegate_core::{
    evidence::{Completeness, Content, Measurement, ScanKind},
    finding::Severity,
};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Json(survey) if survey.has("metrics") && survey.has("root_group"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let summary: Summary = json::parse(source)?;
    let mut rows = Vec::new();
    let mut units = Interner::default();
    let mut issues = Issues::new(source.limits);
    let mut has_thresholds = false;
    for (name, metric) in &summary.metrics {
        for (key, value) in &metric.values {
            rows.push(Measurement {
                name: bounded(&format!("{name}.{}", statistic(key, metric)), source.limits),
                subject: None,
                value: *value,
                unit: units.bounded(unit(name, key, metric), source.limits),
            });
        }
        for (expression, threshold) in &metric.thresholds {
            has_thresholds = true;
            if threshold.breached {
                issues.add(&Row::new(name, Severity::High, expression));
            }
        }
    }
    let mut reading = Reading::new(completeness(&summary), Vec::new());
    if !rows.is_empty() {
        reading.contents.push(Content::Measurements(Arc::from(rows)));
    }
    // Without thresholds, no issue would look as if something had been checked.
    if has_thresholds {
        reading.contents.push(issues.done(ScanKind::Analysis));
    }
    reading.tool = Some(Arc::from("k6"));
    Ok(reading)
}

/// k6 writes a summary of a script that ran not once, too; and to k6, a threshold on no sample is fulfilled.
fn completeness(summary: &Summary) -> Completeness {
    let unjudged = |metric: &Metric| {
        let is_none = |key: &str| metric.values.get(key).is_none_or(|count| *count <= 0.0);
        metric.kind() == Kind::Rate && !metric.thresholds.is_empty() && is_none("passes") && is_none("fails")
    };
    if let Some((name, _)) = summary.metrics.iter().find(|(_, metric)| unjudged(metric)) {
        return incomplete(format!("the thresholds of {} were judged on no sample", quoted(name)));
    }
    let counts = |name: &str| {
        let metric = summary.metrics.get(name);
        metric.and_then(|metric| metric.values.get("count")).is_some_and(|count| *count > 0.0)
    };
    if counts("iterations") || counts("http_reqs") {
        return Completeness::Complete;
    }
    empty("the summary counts neither an iteration nor a request; keep the metric `iterations` in `handleSummary`")
}

/// `p(95)` is `p95`; the share that `--summary-export` calls `value` is `rate`, as `handleSummary` calls it.
fn statistic<'k>(key: &'k str, metric: &Metric) -> Cow<'k, str> {
    if key == "value" && metric.kind() == Kind::Rate {
        return Cow::Borrowed("rate");
    }
    let percentile = key.strip_prefix("p(").and_then(|rest| rest.strip_suffix(')'));
    percentile.map_or(Cow::Borrowed(key), |percentile| Cow::Owned(format!("p{percentile}")))
}

fn unit(name: &str, key: &str, metric: &Metric) -> &'static str {
    match metric.kind() {
        Kind::Rate => {
            if matches!(key, "rate" | "value") {
                "ratio"
            } else {
                ""
            }
        }
        Kind::Counter => match (key, metric.contains(name)) {
            ("rate", "data") => "bytes/s",
            ("rate", _) => "1/s",
            (_, "data") => "bytes",
            (_, "time") => "ms",
            _ => "",
        },
        Kind::Trend | Kind::Gauge => match metric.contains(name) {
            _ if key == "count" => "",
            "time" => "ms",
            "data" => "bytes",
            _ => "",
        },
    }
}
