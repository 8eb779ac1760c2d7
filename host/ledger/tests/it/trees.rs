//! Span trees, as small as they can be.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status, TracesData,
        span::{Event, Link},
    },
};
use prost::Message as _;
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};
use tidegate_ledger::{
    body::{Body, BodyKind},
    record::DecisionRecord,
};

use crate::{sample, world::record};

pub(crate) type Any = any_value::Value;

pub(crate) fn text(text: &str) -> Any {
    Any::StringValue(text.to_owned())
}

pub(crate) fn texts(all: &[&str]) -> Any {
    Any::ArrayValue(ArrayValue { values: all.iter().map(|one| AnyValue { value: Some(text(one)) }).collect() })
}

pub(crate) fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

/// A span of that number, under the one of another.
pub(crate) fn span(trace: u8, number: u8, parent: Option<u8>, name: &str, attributes: Vec<KeyValue>) -> Span {
    Span {
        trace_id: vec![trace; 16],
        span_id: vec![number; 8],
        parent_span_id: parent.map(|parent| vec![parent; 8]).unwrap_or_default(),
        name: name.to_owned(),
        kind: 1,
        start_time_unix_nano: 1_000_000_000 + u64::from(number),
        end_time_unix_nano: 1_000_000_000 + u64::from(number) + 100,
        attributes,
        ..Span::default()
    }
}

pub(crate) fn event(name: &str, attributes: Vec<KeyValue>) -> Event {
    Event { name: name.to_owned(), attributes, ..Event::default() }
}

pub(crate) fn link(trace: u8, span: u8, attributes: Vec<KeyValue>) -> Link {
    Link { trace_id: vec![trace; 16], span_id: vec![span; 8], attributes, ..Link::default() }
}

pub(crate) fn failed(message: &str) -> Status {
    Status { message: message.to_owned(), code: 2 }
}

/// Spans under a resource of these attributes.
pub(crate) fn part(resource: Vec<KeyValue>, library: &str, spans: Vec<Span>) -> ResourceSpans {
    let scope = InstrumentationScope { name: library.to_owned(), ..InstrumentationScope::default() };
    ResourceSpans {
        resource: Some(Resource { attributes: resource, ..Resource::default() }),
        scope_spans: vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }],
        ..ResourceSpans::default()
    }
}

pub(crate) fn bytes(parts: Vec<ResourceSpans>) -> Vec<u8> {
    TracesData { resource_spans: parts }.encode_to_vec()
}

/// One of everything: two resources, events, links, lists, every type of value.
pub(crate) fn everything(trace: u8) -> Vec<u8> {
    let first = Span {
        events: vec![event("found", vec![pair("rule", text("pass-rate")), pair("line", Any::IntValue(7))])],
        links: vec![link(9, 8, vec![pair("kind", text("retried"))])],
        status: Some(failed("broken")),
        ..span(
            trace,
            1,
            None,
            "request",
            vec![
                pair("flag", Any::BoolValue(true)),
                pair("ratio", Any::DoubleValue(0.5)),
                pair("services", texts(&["api", "web"])),
                pair("bytes", Any::BytesValue(vec![1])),
            ],
        )
    };
    let second =
        span(trace, 2, Some(1), "decision", vec![pair("number", Any::IntValue(1)), pair("flag", Any::BoolValue(true))]);
    let other = span(trace, 3, Some(2), "elsewhere", vec![pair("number", Any::DoubleValue(1.0))]);
    bytes(vec![
        part(vec![pair("service.name", text("tidegate"))], "gate", vec![first, second]),
        part(vec![pair("service.name", text("other"))], "library", vec![other]),
    ])
}

/// A decision of that id with this tree.
pub(crate) fn traced(id: &str, tree: &[u8]) -> DecisionRecord {
    with_tree(record(id, sample::judged(Outcome::Deploy, Permission::ByTheRules)), tree)
}

pub(crate) fn with_tree(mut record: DecisionRecord, tree: &[u8]) -> DecisionRecord {
    record.circumstances.spans = Some(Digest::of(tree));
    record.bodies.push(Body { kind: BodyKind::Spans, bytes: Arc::from(tree) });
    record
}
