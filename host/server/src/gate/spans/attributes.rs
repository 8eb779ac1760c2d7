//! Attributes of a span: short, and fit for whoever prints them.

use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, any_value::Value};
use tidegate_core::one_line::one_line;

/// Characters of a text that anybody could have written, at most.
pub(super) const TEXT_CHARS_MAX: usize = 256;

/// A text on one line, cut where it is long, without characters that deceive.
pub(super) fn text(key: &str, text: &str) -> KeyValue {
    pair(key, words(text))
}

/// A text, where there is one.
pub(super) fn maybe(key: &str, value: Option<&str>) -> Option<KeyValue> {
    value.map(|value| text(key, value))
}

pub(super) fn texts<'a>(key: &str, all: impl Iterator<Item = &'a str>) -> KeyValue {
    let values = all.map(|text| AnyValue { value: Some(words(text)) }).collect();
    pair(key, Value::ArrayValue(ArrayValue { values }))
}

pub(super) fn flag(key: &str, value: bool) -> KeyValue {
    pair(key, Value::BoolValue(value))
}

/// Numbers over `i64::MAX` become that.
pub(super) fn number<N: TryInto<i64>>(key: &str, value: N) -> KeyValue {
    pair(key, Value::IntValue(value.try_into().unwrap_or(i64::MAX)))
}

fn words(text: &str) -> Value {
    Value::StringValue(one_line(text, TEXT_CHARS_MAX))
}

fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
