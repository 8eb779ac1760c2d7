//! OTLP's JSON: ids in hexadecimal digits, numbers of 64 bits as texts, enumerations as numbers, what is not set left out.

use super::identity::hex;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, TracesData,
        span::{Event, Link},
    },
};
use serde_json::{Map, Value, json};

/// The whole document.
#[must_use]
pub fn traces(data: &TracesData) -> Value {
    json!({ "resourceSpans": list(&data.resource_spans, resource) })
}

fn list<T>(all: &[T], one: impl Fn(&T) -> Value) -> Value {
    Value::Array(all.iter().map(one).collect())
}

/// Without what is not set: protobuf's JSON does not distinguish the two.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let unset = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Bool(_) | Value::Object(_) => false,
    };
    let set = fields.into_iter().filter(|(_, value)| !unset(value));
    Value::Object(set.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn resource(spans: &ResourceSpans) -> Value {
    let attributes = |resource: &opentelemetry_proto::tonic::resource::v1::Resource| {
        object([
            ("attributes", list(&resource.attributes, pair)),
            ("droppedAttributesCount", json!(resource.dropped_attributes_count)),
        ])
    };
    object([
        ("resource", spans.resource.as_ref().map_or(Value::Null, attributes)),
        ("scopeSpans", list(&spans.scope_spans, scope)),
        ("schemaUrl", json!(spans.schema_url)),
    ])
}

fn scope(spans: &ScopeSpans) -> Value {
    let named = |scope: &InstrumentationScope| {
        object([
            ("name", json!(scope.name)),
            ("version", json!(scope.version)),
            ("attributes", list(&scope.attributes, pair)),
        ])
    };
    object([
        ("scope", spans.scope.as_ref().map_or(Value::Null, named)),
        ("spans", list(&spans.spans, span)),
        ("schemaUrl", json!(spans.schema_url)),
    ])
}

fn span(span: &Span) -> Value {
    let status = span
        .status
        .as_ref()
        .map_or(Value::Null, |status| object([("message", json!(status.message)), ("code", json!(status.code))]));
    object([
        ("traceId", json!(hex(&span.trace_id))),
        ("spanId", json!(hex(&span.span_id))),
        ("traceState", json!(span.trace_state)),
        ("parentSpanId", json!(hex(&span.parent_span_id))),
        ("flags", json!(span.flags)),
        ("name", json!(span.name)),
        ("kind", json!(span.kind)),
        ("startTimeUnixNano", json!(span.start_time_unix_nano.to_string())),
        ("endTimeUnixNano", json!(span.end_time_unix_nano.to_string())),
        ("attributes", list(&span.attributes, pair)),
        ("droppedAttributesCount", json!(span.dropped_attributes_count)),
        ("events", list(&span.events, event)),
        ("droppedEventsCount", json!(span.dropped_events_count)),
        ("links", list(&span.links, link)),
        ("droppedLinksCount", json!(span.dropped_links_count)),
        ("status", status),
    ])
}

fn event(event: &Event) -> Value {
    object([
        ("timeUnixNano", json!(event.time_unix_nano.to_string())),
        ("name", json!(event.name)),
        ("attributes", list(&event.attributes, pair)),
        ("droppedAttributesCount", json!(event.dropped_attributes_count)),
    ])
}

fn link(link: &Link) -> Value {
    object([
        ("traceId", json!(hex(&link.trace_id))),
        ("spanId", json!(hex(&link.span_id))),
        ("traceState", json!(link.trace_state)),
        ("attributes", list(&link.attributes, pair)),
        ("droppedAttributesCount", json!(link.dropped_attributes_count)),
        ("flags", json!(link.flags)),
    ])
}

fn pair(pair: &KeyValue) -> Value {
    json!({ "key": pair.key, "value": pair.value.as_ref().map_or_else(|| json!({}), any) })
}

/// An empty value is an empty object; a text that is empty is one all the same.
fn any(value: &AnyValue) -> Value {
    use any_value::Value as Any;
    match &value.value {
        None | Some(Any::StringValueStrindex(_)) => json!({}),
        Some(Any::StringValue(text)) => json!({ "stringValue": text }),
        Some(Any::BoolValue(flag)) => json!({ "boolValue": flag }),
        Some(Any::IntValue(number)) => json!({ "intValue": number.to_string() }),
        Some(Any::DoubleValue(number)) => json!({ "doubleValue": number }),
        Some(Any::BytesValue(bytes)) => json!({ "bytesValue": BASE64_STANDARD.encode(bytes) }),
        Some(Any::ArrayValue(all)) => json!({ "arrayValue": { "values": list(&all.values, any) } }),
        Some(Any::KvlistValue(all)) => json!({ "kvlistValue": { "values": list(&all.values, pair) } }),
    }
}
