//! From OTLP's bytes to rows.

use super::{
    Indexed, SPANS_MAX, SpanRow, TREE_BYTES_MAX,
    key::{Key, Scope, own},
    value::Value,
};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{Span, TracesData},
};
use prost::Message as _;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What every resource says of itself.
const SERVICE_NAME: &str = "service.name";

/// The rows of a tree; none: these are no bytes of a tree, it has no span, or it is too large.
pub(crate) fn flatten(bytes: &[u8]) -> Option<Indexed> {
    if bytes.len() > TREE_BYTES_MAX {
        return None;
    }
    let data = TracesData::decode(bytes).ok()?;
    let mut made = Made::default();
    for resource in &data.resource_spans {
        for scope in &resource.scope_spans {
            made.part(resource.resource.as_ref(), scope.scope.as_ref(), &scope.spans);
        }
    }
    made.done()
}

#[derive(Default)]
struct Made {
    trace_id: Option<String>,
    services: Vec<String>,
    spans: Vec<SpanRow>,
    keys: BTreeMap<i64, Key>,
    values: BTreeMap<i64, Value>,
    uses: BTreeSet<(i64, u64, i64)>,
}

impl Made {
    fn part(&mut self, resource: Option<&Resource>, scope: Option<&InstrumentationScope>, spans: &[Span]) {
        let spans = &spans[..spans.len().min(SPANS_MAX - self.spans.len())];
        if spans.is_empty() {
            return;
        }
        let part = self.spans.len() as u64;
        let attributes = resource.map_or(&[][..], |resource| &resource.attributes);
        self.pairs(Scope::Resource, part, attributes);
        if let Some(scope) = scope {
            self.pairs(Scope::Instrumentation, part, &scope.attributes);
            self.own(own::LIBRARY_NAME, part, &scope.name);
            self.own(own::LIBRARY_VERSION, part, &scope.version);
        }
        let service =
            attributes.iter().find(|pair| pair.key == SERVICE_NAME).and_then(|pair| text(pair.value.as_ref()));
        for span in spans {
            self.services.push(service.unwrap_or_default().to_owned());
            self.span(part, span);
        }
    }

    fn span(&mut self, part: u64, span: &Span) {
        let place = self.spans.len() as u64;
        self.trace_id.get_or_insert_with(|| hex(&span.trace_id));
        self.own(own::NAME, place, &span.name);
        self.pairs(Scope::Span, place, &span.attributes);
        for event in &span.events {
            self.own(own::EVENT_NAME, place, &event.name);
            self.pairs(Scope::Event, place, &event.attributes);
        }
        for link in &span.links {
            self.own(own::LINK_TRACE, place, &hex(&link.trace_id));
            self.own(own::LINK_SPAN, place, &hex(&link.span_id));
            self.pairs(Scope::Link, place, &link.attributes);
        }
        if let Some(status) = &span.status {
            self.own(own::STATUS_MESSAGE, place, &status.message);
        }
        self.spans.push(SpanRow {
            part,
            span_id: hex(&span.span_id),
            parent_id: hex(&span.parent_span_id),
            name: span.name.clone(),
            kind: span.kind,
            status: span.status.as_ref().map_or(0, |status| status.code),
            start_ns: signed(span.start_time_unix_nano),
            duration_ns: signed(span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano)),
        });
    }

    /// What a span has by itself; an empty text is none.
    fn own(&mut self, name: &str, place: u64, text: &str) {
        if !text.is_empty() {
            self.add(Scope::Intrinsic, name, place, Value::Text(text.to_owned()));
        }
    }

    /// Of a list each element; bytes and whole objects are not searched for.
    fn pairs(&mut self, scope: Scope, place: u64, pairs: &[KeyValue]) {
        for KeyValue { key, value, .. } in pairs {
            let elements = match value.as_ref().and_then(|value| value.value.as_ref()) {
                Some(any_value::Value::ArrayValue(all)) => all.values.iter().collect(),
                _ => Vec::from_iter(value),
            };
            for value in elements.into_iter().filter_map(scalar) {
                self.add(scope, key, place, value);
            }
        }
    }

    fn add(&mut self, scope: Scope, name: &str, place: u64, value: Value) {
        let key = Key::new(scope, name);
        let (key_id, value_id) = (key.id(), value.id());
        self.keys.entry(key_id).or_insert(key);
        self.values.entry(value_id).or_insert(value);
        self.uses.insert((key_id, place, value_id));
    }

    fn done(mut self) -> Option<Indexed> {
        let ids: HashSet<&str> = self.spans.iter().map(|span| span.span_id.as_str()).collect();
        // The first whose parent, if any, is of another tree.
        let root = self.spans.iter().position(|span| !ids.contains(span.parent_id.as_str())).unwrap_or(0);
        let root_name = self.spans.get(root)?.name.clone();
        let root_service = self.services.get(root)?.clone();
        let start_ns = self.spans.iter().map(|span| span.start_ns).min()?;
        let end_ns = self.spans.iter().map(|span| span.start_ns.saturating_add(span.duration_ns)).max()?;
        self.own(own::ROOT_NAME, 0, &root_name);
        self.own(own::ROOT_SERVICE, 0, &root_service);
        Some(Indexed {
            trace_id: self.trace_id?,
            root_service,
            root_name,
            start_ns,
            duration_ns: end_ns.saturating_sub(start_ns),
            spans: self.spans,
            keys: self.keys,
            values: self.values,
            uses: self.uses,
        })
    }
}

fn scalar(value: &AnyValue) -> Option<Value> {
    match value.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(Value::Text(text.clone())),
        any_value::Value::BoolValue(flag) => Some(Value::Bool(*flag)),
        any_value::Value::IntValue(number) => Some(Value::Int(*number)),
        any_value::Value::DoubleValue(number) => Value::float(*number),
        _ => None,
    }
}

fn text(value: Option<&AnyValue>) -> Option<&str> {
    match value?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Moments after the year 2262 are that.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
