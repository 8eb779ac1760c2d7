//! Spans as Tempo's JSON has them: ids in base64, enumerations as words.

use crate::gate::spans::json;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use opentelemetry_proto::tonic::trace::v1::TracesData;
use serde_json::{Map, Value};

const KINDS: [&str; 6] = [
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];
const CODES: [&str; 3] = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

/// The list of what each resource made.
pub(super) fn resources(data: &TracesData) -> Value {
    let mut all = json::traces(data);
    let mut resources = all.get_mut("resourceSpans").map_or(Value::Null, Value::take);
    for scope in each(&mut resources).flat_map(|resource| each_of(resource, "scopeSpans")) {
        for span in each_of(scope, "spans") {
            reworded(span);
        }
    }
    resources
}

fn reworded(span: &mut Value) {
    let Value::Object(fields) = span else { return };
    for id in ["traceId", "spanId", "parentSpanId"] {
        in_base64(fields, id);
    }
    in_words(fields, "kind", &KINDS);
    if let Some(Value::Object(status)) = fields.get_mut("status") {
        in_words(status, "code", &CODES);
    }
    for link in fields.get_mut("links").into_iter().flat_map(each) {
        if let Value::Object(link) = link {
            in_base64(link, "traceId");
            in_base64(link, "spanId");
        }
    }
}

fn each(list: &mut Value) -> impl Iterator<Item = &mut Value> {
    list.as_array_mut().into_iter().flatten()
}

fn each_of<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(field).into_iter().flat_map(each)
}

fn in_base64(fields: &mut Map<String, Value>, name: &str) {
    let Some(Value::String(id)) = fields.get_mut(name) else { return };
    let digits: Vec<u8> = id.bytes().collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if let Some(bytes) = digits.chunks(2).map(pair).collect::<Option<Vec<u8>>>() {
        *id = BASE64_STANDARD.encode(bytes);
    }
}

fn in_words(fields: &mut Map<String, Value>, name: &str, words: &[&str]) {
    let number = fields.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    if let Some(word) = number.and_then(|number| words.get(number)) {
        fields.insert(name.to_owned(), Value::String((*word).to_owned()));
    }
}
