//! A YAML document in which every value knows its place.

use super::Position;
use serde_json::{Map, Value};

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: Position,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key of a mapping and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_at: Position,
    pub(super) value: Node,
}

impl Node {
    /// The keys of a mapping; of anything else none.
    pub(super) fn into_keys(self) -> Vec<String> {
        match self.kind {
            Kind::Map(entries) => entries.into_iter().map(|entry| entry.key).collect(),
            Kind::Scalar(_) | Kind::List(_) => Vec::new(),
        }
    }

    /// The same without places. Recursion is bounded by [`super::DEPTH_MAX`], which the parser keeps.
    pub(super) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Scalar(value) => value.clone(),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => {
                Value::Object(entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect::<Map<_, _>>())
            }
        }
    }
}
