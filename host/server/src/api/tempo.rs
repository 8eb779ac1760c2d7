//! What Grafana reads: Tempo's JSON, field for field. Grafana refuses fields that it does not know, so nothing is ever added here.

use serde::Serialize;

/// `/api/search`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchBody {
    /// The newest first.
    pub traces: Vec<TraceBody>,
    /// What it took.
    pub metrics: SearchMetrics,
}

/// What a search took.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchMetrics {
    /// Traces that were looked at.
    pub inspected_traces: u32,
}

/// A trace that was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceBody {
    /// 32 hexadecimal digits.
    #[serde(rename = "traceID")]
    pub trace_id: String,
    /// The service of its first span.
    pub root_service_name: String,
    /// The name of its first span.
    pub root_trace_name: String,
    /// Nanoseconds since 1970.
    pub start_time_unix_nano: String,
    /// Milliseconds.
    pub duration_ms: u32,
    /// The spans that were asked for, by what they are divided by.
    pub span_sets: Vec<SpanSetBody>,
}

/// Spans of a trace.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpanSetBody {
    /// The first of them.
    pub spans: Vec<SpanBody>,
    /// How many they are.
    pub matched: u32,
    /// What they are divided by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<PairBody>,
}

/// A span.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpanBody {
    /// 16 hexadecimal digits.
    #[serde(rename = "spanID")]
    pub span_id: String,
    /// What it is called.
    pub name: String,
    /// Nanoseconds since 1970.
    pub start_time_unix_nano: String,
    /// Nanoseconds.
    pub duration_nanos: String,
    /// What the query speaks of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<PairBody>,
}

/// A name and its value.
#[derive(Debug, Serialize)]
pub struct PairBody {
    /// The name.
    pub key: String,
    /// The value.
    pub value: AnyBody,
}

/// A value, by its type; whole numbers as texts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AnyBody {
    /// A text.
    StringValue(String),
    /// A whole number.
    IntValue(String),
    /// A number.
    DoubleValue(f64),
    /// True or false.
    BoolValue(bool),
}

/// `/api/v2/search/tags`.
#[derive(Debug, Serialize)]
pub struct TagsBody {
    /// By whose they are.
    pub scopes: Vec<ScopeBody>,
}

/// Attributes of one scope.
#[derive(Debug, Serialize)]
pub struct ScopeBody {
    /// `span`, `resource`, …
    pub name: &'static str,
    /// Sorted.
    pub tags: Vec<String>,
}

/// `/api/search/tags`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagNamesBody {
    /// Sorted.
    pub tag_names: Vec<String>,
}

/// `/api/v2/search/tag/{tag}/values`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValuesBody {
    /// Sorted.
    pub tag_values: Vec<ValueBody>,
    /// Empty.
    pub metrics: NoMetrics,
}

/// A value and its type.
#[derive(Debug, Serialize)]
pub struct ValueBody {
    /// `string`, `int`, `float`, `bool` or `keyword`.
    #[serde(rename = "type")]
    pub value_type: &'static str,
    /// As a text.
    pub value: String,
}

/// `/api/search/tag/{tag}/values`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainValuesBody {
    /// Sorted.
    pub tag_values: Vec<String>,
}

/// Nothing is measured.
#[derive(Debug, Default, Serialize)]
pub struct NoMetrics {}

/// `/api/metrics/query_range`.
#[derive(Debug, Serialize)]
pub struct RangeBody {
    /// Sorted by their labels.
    pub series: Vec<RangeSeries>,
    /// Empty.
    pub metrics: NoMetrics,
}

/// A series over time.
#[derive(Debug, Serialize)]
pub struct RangeSeries {
    /// What it is divided by.
    pub labels: Vec<PairBody>,
    /// One for each step.
    pub samples: Vec<SampleBody>,
}

/// A point of a series.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleBody {
    /// Where the step begins: milliseconds since 1970.
    pub timestamp_ms: String,
    /// How many, or how many a second.
    pub value: f64,
}

/// `/api/metrics/query`.
#[derive(Debug, Serialize)]
pub struct InstantBody {
    /// Sorted by their labels.
    pub series: Vec<InstantSeries>,
    /// Empty.
    pub metrics: NoMetrics,
}

/// A series of one number.
#[derive(Debug, Serialize)]
pub struct InstantSeries {
    /// What it is divided by.
    pub labels: Vec<PairBody>,
    /// How many, or how many a second.
    pub value: f64,
}

/// `/api/status/buildinfo`.
#[derive(Debug, Serialize)]
pub struct BuildBody {
    /// Of the gate.
    pub version: &'static str,
    /// Not known.
    pub revision: &'static str,
    /// Not known.
    pub branch: &'static str,
    /// Not known.
    #[serde(rename = "buildUser")]
    pub build_user: &'static str,
    /// Not known.
    #[serde(rename = "buildDate")]
    pub build_date: &'static str,
    /// It is not written in Go.
    #[serde(rename = "goVersion")]
    pub go_version: &'static str,
}
