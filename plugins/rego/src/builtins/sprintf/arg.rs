//! Arguments as OPA hands them to Go: whole numbers, other numbers, and texts; everything else is a text as Rego writes it.

use super::{number, quoted::quoted, shape::Shape, texts};
use regorus::Value;

/// An argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arg {
    /// A whole number of 64 bits.
    Int(i64),
    /// A whole number beyond them.
    Big(Value),
    Float(f64),
    Text(String),
}

impl Arg {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.to_string()),
            Value::Number(number) => {
                if let Some(int) = number.as_i64() {
                    Self::Int(int)
                } else if number.as_big().is_some() {
                    Self::Big(value.clone())
                } else {
                    number.as_f64().map_or_else(|| Self::Text(number.format_decimal()), Self::Float)
                }
            }
            other => Self::Text(rego(other)),
        }
    }

    /// As Go calls it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Int(_) => "int",
            Self::Big(_) => "*big.Int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }

    pub(super) fn whole(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// `None`: the verb is none for such a value.
    pub(super) fn written(&self, shape: &Shape, verb: char) -> Option<String> {
        match self {
            Self::Int(number) => number::int(*number, shape, verb),
            Self::Big(number) => number::big(number, shape, verb),
            Self::Float(number) => number::float(*number, shape, verb),
            Self::Text(text) => texts::text(text, shape, verb),
        }
    }
}

/// A value as Rego writes it.
fn rego(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.format_decimal(),
        Value::String(text) => quoted(text, '"', false),
        Value::Array(all) => format!("[{}]", joined(all.iter().map(rego).collect())),
        Value::Set(all) if all.is_empty() => "set()".to_owned(),
        Value::Set(all) => format!("{{{}}}", joined(all.iter_sorted().map(rego).collect())),
        Value::Object(all) => {
            let pair = |(key, value): (&Value, &Value)| format!("{}: {}", rego(key), rego(value));
            format!("{{{}}}", joined(all.iter_sorted().map(pair).collect()))
        }
        Value::Undefined => "undefined".to_owned(),
    }
}
