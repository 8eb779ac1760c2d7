//! What a policy set says, value by value, and where each value comes from.

use crate::{
    bundle::LoadedSet,
    document::{Position, escaped},
    layers::Layer,
    sources::SetSource,
};
use serde_json::Value;
use std::fmt;

/// One value of a policy set.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveValue {
    /// Which, as a JSON pointer into the set.
    pub pointer: String,
    /// A text, a number, `true`, `false`, or an empty list or mapping; `null`: not set.
    pub value: Value,
    /// Where it comes from.
    pub source: Source,
    /// The layer that says it; of a default the base.
    pub layer: Layer,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It stands in a file.
    File {
        /// As it was named.
        file: String,
        /// Where in it.
        at: Position,
    },
    /// Nobody wrote it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, at } => write!(f, "{file}:{}:{}", at.line, at.column),
            Self::Default => f.write_str("default"),
        }
    }
}

impl LoadedSet {
    /// Every value of the set with its source; mappings in order of their keys, lists in their own.
    #[must_use]
    pub fn effective(&self) -> Vec<EffectiveValue> {
        let mut values = Vec::new();
        collect(&self.shown, String::new(), &self.source, &mut values);
        values
    }
}

/// Recursion is bounded by the depth that a file may have.
fn collect(value: &Value, pointer: String, set: &SetSource, values: &mut Vec<EffectiveValue>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{index}"), set, values);
            }
        }
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                collect(item, format!("{pointer}/{}", escaped(key)), set, values);
            }
        }
        single => {
            let (source, layer) = set.source(&pointer);
            values.push(EffectiveValue { pointer, value: single.clone(), source, layer });
        }
    }
}
