//! What a policy set says, value by value, and where each value comes from.

use crate::{
    bundle::LoadedSet,
    document::{Position, Positions, escaped},
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
        collect(&self.shown, String::new(), &self.positions, &mut values);
        values
    }
}

/// Recursion is bounded by the depth that a file may have.
fn collect(value: &Value, pointer: String, positions: &Positions, values: &mut Vec<EffectiveValue>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{index}"), positions, values);
            }
        }
        Value::Object(map) if !map.is_empty() => {
            for (key, item) in map {
                collect(item, format!("{pointer}/{}", escaped(key)), positions, values);
            }
        }
        single => {
            let source = source(&pointer, positions);
            values.push(EffectiveValue { pointer, value: single.clone(), source });
        }
    }
}

fn source(pointer: &str, positions: &Positions) -> Source {
    // A plugin's digest stands in no file of ours; what it was computed from is named by the plugin's path.
    let is_plugin_digest = pointer.starts_with("/plugins/") && pointer.ends_with("/digest");
    let found = if is_plugin_digest { Some(positions.at(pointer)) } else { positions.find(pointer) };
    found.map_or(Source::Default, |at| Source::File { file: positions.file().to_owned(), at })
}
