//! YAML to values. Aliases are resolved, and what they make a document grow to is bounded; merge keys are applied; tags of a team's
//! own are passed over.

use super::scalar::plain;
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use regorus::Value;
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

/// Values in one file, at most, aliases counted by what they stand for.
const NODES_MAX: u64 = 1_000_000;
/// Nesting of lists and mappings, at most.
const DEPTH_MAX: usize = 128;

/// Why a text is no YAML, or none that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    line: usize,
    message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The one document of a text.
pub(crate) fn one(text: &str) -> Result<Value, YamlError> {
    let mut all = all(text)?;
    match all.len() {
        0 => Ok(Value::Null),
        1 => Ok(all.remove(0)),
        count => Err(YamlError { line: 1, message: format!("{count} documents where one is asked for") }),
    }
}

/// Every document of a text.
pub(crate) fn all(text: &str) -> Result<Vec<Value>, YamlError> {
    let mut reader = Reader { documents: Vec::new(), open: Vec::new(), anchors: HashMap::new(), nodes: 0 };
    for next in Parser::new_from_str(text) {
        let (event, span) =
            next.map_err(|error| YamlError { line: error.marker().line(), message: error.info().to_owned() })?;
        reader.event(event).map_err(|message| YamlError { line: span.start.line(), message })?;
    }
    Ok(reader.documents)
}

/// A value, and how many values it is with those inside.
#[derive(Debug, Clone)]
struct Node {
    value: Value,
    nodes: u64,
}

/// A list or mapping whose end has not come yet.
enum Open {
    List { items: Vec<Value>, nodes: u64, anchor: usize },
    Map { entries: BTreeMap<Value, Value>, merged: Vec<Value>, key: Option<Value>, nodes: u64, anchor: usize },
}

struct Reader {
    documents: Vec<Value>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: u64,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) => {
                self.anchors.clear();
                self.documents.push(Value::Null);
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref())?;
                self.complete(Node { value, nodes: 1 }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.begin(Open::List { items: Vec::new(), nodes: 1, anchor }),
            Event::MappingStart(_, anchor, _) => {
                self.begin(Open::Map { entries: BTreeMap::new(), merged: Vec::new(), key: None, nodes: 1, anchor })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                self.complete(node.ok_or("an alias of something that contains it")?, 0)
            }
            Event::UnresolvedAlias(name) => Err(format!("alias `{name}` of nothing")),
            other if other.is_node() => Err("this kind of YAML is not supported".to_owned()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open) -> Result<(), String> {
        if self.open.len() >= DEPTH_MAX {
            return Err(format!("nested too deep: {} levels used, {DEPTH_MAX} allowed", self.open.len() + 1));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let (value, nodes, anchor) = match self.open.pop() {
            Some(Open::List { items, nodes, anchor }) => (Value::from(items), nodes, anchor),
            Some(Open::Map { mut entries, merged, nodes, anchor, .. }) => {
                for from in &merged {
                    merge(&mut entries, from)?;
                }
                (Value::from(entries), nodes, anchor)
            }
            None => return Ok(()),
        };
        self.complete(Node { value, nodes }, anchor)
    }

    /// Puts a complete value to where it belongs.
    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Node { value, nodes: more } = node;
        match self.open.last_mut() {
            None => {
                self.nodes = self.nodes.saturating_add(more);
                if let Some(document) = self.documents.last_mut() {
                    *document = value;
                }
            }
            Some(Open::List { items, nodes, .. }) => {
                *nodes = nodes.saturating_add(more);
                items.push(value);
            }
            Some(Open::Map { entries, merged, key, nodes, .. }) => {
                *nodes = nodes.saturating_add(more);
                match key.take() {
                    None => *key = Some(key_of(value)?),
                    Some(key) if key == Value::from("<<") => merged.push(value),
                    Some(key) => {
                        if let Some(name) = entries.contains_key(&key).then(|| key.to_string()) {
                            return Err(format!("key {name} is given twice"));
                        }
                        entries.insert(key, value);
                    }
                }
            }
        }
        let used = self.open.iter().map(Open::nodes).fold(self.nodes, u64::saturating_add);
        if used > NODES_MAX {
            return Err(format!("too many values: {used} used, {NODES_MAX} allowed"));
        }
        Ok(())
    }
}

impl Open {
    fn nodes(&self) -> u64 {
        match self {
            Self::List { nodes, .. } | Self::Map { nodes, .. } => *nodes,
        }
    }
}

/// A key is a text in JSON, whatever YAML takes it for.
fn key_of(value: Value) -> Result<Value, String> {
    match value {
        Value::String(_) => Ok(value),
        Value::Null => Ok(Value::from("null")),
        Value::Bool(_) | Value::Number(_) => Ok(Value::from(value.to_string())),
        _ => Err("a key that is a list or a mapping".to_owned()),
    }
}

/// What is written here counts; the earlier of several sources counts.
fn merge(entries: &mut BTreeMap<Value, Value>, from: &Value) -> Result<(), String> {
    match from {
        Value::Object(object) => {
            for (key, value) in object.iter_sorted() {
                entries.entry(key.clone()).or_insert_with(|| value.clone());
            }
            Ok(())
        }
        Value::Array(all) => all.iter().try_for_each(|one| match one {
            Value::Object(_) => merge(entries, one),
            _ => Err("`<<` takes mappings".to_owned()),
        }),
        _ => Err("`<<` takes a mapping".to_owned()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let is_plain = style == ScalarStyle::Plain;
    let core = tag.and_then(Tag::core_suffix);
    match (tag, core) {
        (None, _) if is_plain => plain(text).map_err(str::to_owned),
        (Some(_), Some("int" | "float" | "bool" | "null")) => plain(text).map_err(str::to_owned),
        _ => Ok(Value::from(text)),
    }
}
