//! Tempo's shapes as Grafana reads them: a field that is not named here is an error there.

#![expect(dead_code, reason = "that a field can be read is what is tested")]

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    pub(super) traces: Vec<Trace>,
    pub(super) metrics: Metrics,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct Metrics {
    pub(super) inspected_traces: u32,
    inspected_bytes: String,
    total_blocks: u32,
    completed_jobs: u32,
    total_jobs: u32,
    total_block_bytes: String,
    inspected_spans: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Trace {
    #[serde(rename = "traceID")]
    pub(super) trace_id: String,
    pub(super) root_service_name: String,
    pub(super) root_trace_name: String,
    pub(super) start_time_unix_nano: String,
    pub(super) duration_ms: u32,
    pub(super) span_set: Option<SpanSet>,
    pub(super) span_sets: Vec<SpanSet>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpanSet {
    pub(super) spans: Vec<Span>,
    pub(super) matched: u32,
    #[serde(default)]
    pub(super) attributes: Vec<Pair>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Span {
    #[serde(rename = "spanID")]
    pub(super) span_id: String,
    pub(super) name: String,
    pub(super) start_time_unix_nano: String,
    pub(super) duration_nanos: String,
    #[serde(default)]
    pub(super) attributes: Vec<Pair>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) value: Any,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(clippy::enum_variant_names, reason = "OTLP names them so")]
pub(super) enum Any {
    StringValue(String),
    IntValue(String),
    DoubleValue(f64),
    BoolValue(bool),
}

impl Any {
    pub(super) fn text(&self) -> String {
        match self {
            Self::StringValue(text) | Self::IntValue(text) => text.clone(),
            Self::DoubleValue(number) => number.to_string(),
            Self::BoolValue(flag) => flag.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tags {
    pub(super) scopes: Vec<Scope>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) tags: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TagNames {
    pub(super) tag_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Values {
    pub(super) tag_values: Vec<Typed>,
    metrics: Nothing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    #[serde(rename = "type")]
    pub(super) value_type: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PlainValues {
    pub(super) tag_values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) series: Vec<RangeSeries>,
    metrics: Nothing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeSeries {
    pub(super) labels: Vec<Pair>,
    pub(super) samples: Vec<Sample>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Sample {
    pub(super) timestamp_ms: String,
    pub(super) value: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instant {
    pub(super) series: Vec<InstantSeries>,
    metrics: Nothing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstantSeries {
    pub(super) labels: Vec<Pair>,
    pub(super) value: f64,
}
