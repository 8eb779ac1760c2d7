//! `GET /tempo/api/metrics/query_range` and `GET /tempo/api/metrics/query`.

use super::{
    asked::{Parameters, SECOND_NS, readable, sight},
    found::label,
    refused::{NotAnswered, in_time},
};
use crate::{
    api::tempo::{AnyBody, InstantBody, InstantSeries, NoMetrics, PairBody, RangeBody, RangeSeries, SampleBody},
    gate::Gate,
    http::reply::json,
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_ledger::{
    trace_search::{Count, CountFrom, Series, Window},
    traceql::{
        ast::{Metric, Query},
        parse,
    },
};

/// Points of a series where no step is given.
const POINTS_USUAL: i64 = 100;
/// Points of all series together, at most.
const SAMPLES_MAX: usize = 200_000;
/// Nanoseconds of a millisecond.
const MILLISECOND_NS: i64 = 1_000_000;

/// A number for each step.
pub async fn query_range(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Response {
    match range(&gate, &principal, &uri).await {
        Ok(body) => json(StatusCode::OK, "application/json", &body),
        Err(error) => error.into_response(),
    }
}

/// One number for all of it.
pub async fn query(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Response {
    match instant(&gate, &principal, &uri).await {
        Ok(body) => json(StatusCode::OK, "application/json", &body),
        Err(error) => error.into_response(),
    }
}

async fn range(gate: &Gate, principal: &Principal, uri: &Uri) -> Result<RangeBody, NotAnswered> {
    let asked = Parameters::of(uri)?;
    let (query, metric) = metric_of(&asked)?;
    let Window { from_ns, until_ns } = asked.bounded_window()?;
    let width = until_ns.saturating_sub(from_ns);
    let step_ns = asked.duration("step")?.unwrap_or((width / POINTS_USUAL).max(SECOND_NS));
    // On the step, so that a graph that moves on shows the same points.
    let from_ns = from_ns - from_ns.rem_euclid(step_ns);
    let window = Window { from_ns, until_ns };
    let series = counted(gate, principal, &query, window, step_ns).await?;
    asked.read(gate, principal, "/tempo/api/metrics/query_range", series.len()).await?;
    let points = until_ns.saturating_sub(from_ns).div_euclid(step_ns)
        + i64::from(until_ns.saturating_sub(from_ns).rem_euclid(step_ns) > 0);
    let used = series.len().saturating_mul(usize::try_from(points).unwrap_or(usize::MAX));
    if used > SAMPLES_MAX {
        return Err(NotAnswered::Query(format!("points of all series: {used} used, {SAMPLES_MAX} allowed")));
    }
    let each = |series: Series| {
        let counts: BTreeMap<u64, u64> = series.counts.iter().copied().collect();
        let sample = |(place, number): (i64, u64)| SampleBody {
            timestamp_ms: ((from_ns + place * step_ns) / MILLISECOND_NS).to_string(),
            value: value(&metric, counts.get(&number).copied().unwrap_or(0), step_ns),
        };
        RangeSeries { samples: (0..points).zip(0..).map(sample).collect(), labels: labels(&metric, series) }
    };
    Ok(RangeBody { series: series.into_iter().map(each).collect(), metrics: NoMetrics {} })
}

async fn instant(gate: &Gate, principal: &Principal, uri: &Uri) -> Result<InstantBody, NotAnswered> {
    let asked = Parameters::of(uri)?;
    let (query, metric) = metric_of(&asked)?;
    let window = asked.bounded_window()?;
    let width = window.until_ns.saturating_sub(window.from_ns);
    let each = |series: Series| {
        let count = series.counts.iter().map(|(_, count)| count).sum();
        InstantSeries { value: value(&metric, count, width), labels: labels(&metric, series) }
    };
    let series = counted(gate, principal, &query, window, width).await?;
    asked.read(gate, principal, "/tempo/api/metrics/query", series.len()).await?;
    Ok(InstantBody { series: series.into_iter().map(each).collect(), metrics: NoMetrics {} })
}

fn metric_of(asked: &Parameters) -> Result<(Query, Metric), NotAnswered> {
    let query = parse(asked.text("q").or_else(|| asked.text("query")).unwrap_or_default())?;
    match query.metric.clone() {
        Some(metric) => Ok((query, metric)),
        None => Err(NotAnswered::Query("a metric ends with `| rate()` or `| count_over_time()`".to_owned())),
    }
}

async fn counted(
    gate: &Gate,
    principal: &Principal,
    query: &Query,
    window: Window,
    step_ns: i64,
) -> Result<Vec<Series>, NotAnswered> {
    let readable = readable(principal);
    let count = Count { query, window, sight: sight(principal, &readable), step_ns, from: CountFrom::Hours };
    in_time(gate.ledger().count_spans(count)).await
}

#[expect(clippy::cast_precision_loss, reason = "shown as floats")]
fn value(metric: &Metric, count: u64, width_ns: i64) -> f64 {
    let seconds = width_ns as f64 / SECOND_NS as f64;
    if metric.each_second { count as f64 / seconds } else { count as f64 }
}

/// What a series is divided by; one of everything has the metric's name.
fn labels(metric: &Metric, series: Series) -> Vec<PairBody> {
    if series.by.is_empty() {
        let name = if metric.each_second { "rate" } else { "count_over_time" };
        return vec![PairBody { key: "__name__".to_owned(), value: AnyBody::StringValue(name.to_owned()) }];
    }
    series.by.into_iter().map(label).collect()
}
