//! What was found, in Tempo's shapes.

use crate::api::tempo::{AnyBody, PairBody, SearchBody, SearchMetrics, SpanBody, SpanSetBody, TraceBody};
use tidegate_ledger::{
    search::{Found, FoundSpan, FoundSpanset, FoundTrace},
    traceql::ast::{Field, Intrinsic, Value},
};

/// Nanoseconds of a millisecond.
const MILLISECOND_NS: i64 = 1_000_000;
/// What stands where there is no value.
const NIL: &str = "nil";

pub(super) fn search(found: Found) -> SearchBody {
    SearchBody {
        traces: found.traces.into_iter().map(trace).collect(),
        metrics: SearchMetrics { inspected_traces: small(found.looked_at) },
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn trace(found: FoundTrace) -> TraceBody {
    let FoundTrace { trace_id, root_service, root_name, start_ns, duration_ns, spansets } = found;
    TraceBody {
        trace_id,
        root_service_name: root_service,
        root_trace_name: root_name,
        start_time_unix_nano: start_ns.to_string(),
        duration_ms: u32::try_from(duration_ns / MILLISECOND_NS).unwrap_or(u32::MAX),
        span_sets: spansets.into_iter().map(spanset).collect(),
    }
}

fn spanset(found: FoundSpanset) -> SpanSetBody {
    let by =
        |(field, value): (Field, Option<Value>)| PairBody { key: format!("by({field})"), value: any_or_nil(value) };
    SpanSetBody {
        spans: found.spans.into_iter().map(span).collect(),
        matched: small(found.matched),
        attributes: found.by.into_iter().map(by).collect(),
    }
}

fn span(found: FoundSpan) -> SpanBody {
    let FoundSpan { span_id, name, start_ns, duration_ns, attributes } = found;
    SpanBody {
        span_id,
        name,
        start_time_unix_nano: start_ns.to_string(),
        duration_nanos: duration_ns.to_string(),
        attributes: attributes.into_iter().filter_map(|(field, value)| attribute(&field, value)).collect(),
    }
}

/// An attribute by its name without a scope, as Grafana's columns are called. What every span shows anyway is left out.
fn attribute(field: &Field, value: Value) -> Option<PairBody> {
    let key = match field {
        Field::Own(Intrinsic::Name | Intrinsic::Duration | Intrinsic::SpanId | Intrinsic::TraceId) => return None,
        Field::Attribute { name, .. } => name.clone(),
        Field::Own(_) => field.to_string(),
    };
    Some(PairBody { key, value: any(value) })
}

/// A label of a series.
pub(super) fn label((field, value): (Field, Option<Value>)) -> PairBody {
    PairBody { key: field.to_string(), value: any_or_nil(value) }
}

fn any_or_nil(value: Option<Value>) -> AnyBody {
    value.map_or_else(|| AnyBody::StringValue(NIL.to_owned()), any)
}

fn any(value: Value) -> AnyBody {
    match value {
        Value::Text(text) => AnyBody::StringValue(text),
        Value::Int(number) => AnyBody::IntValue(number.to_string()),
        Value::Float(number) => AnyBody::DoubleValue(number),
        Value::Bool(flag) => AnyBody::BoolValue(flag),
    }
}
