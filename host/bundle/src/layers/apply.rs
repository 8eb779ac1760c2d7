//! An override over a policy set: another policy set, which knows where each of its values stands.

use super::{Override, path};
use crate::{
    document::{Mistake, escaped, nearest, quoted},
    sources::{SetSource, convert_layered},
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The keys under which an override changes something.
pub(crate) const CHANGES: [&str; 5] = ["stages", "break_glass", "valid_for", "enforcement", "secrets"];

/// The set with the override over it, whether that is stricter or not. A mistake: it names what is not there, or what comes of
/// it is no policy set.
pub(crate) fn applied(set: &SetSource, layer: &Arc<Override>) -> Result<SetSource, Vec<Mistake>> {
    let mut merged = set.json.clone();
    let mut merge = Merge { layer, mistakes: Vec::new() };
    for (key, change) in &layer.changes {
        match (key.as_str(), change) {
            ("stages", Value::Object(stages)) => merge.stages(&mut merged, stages),
            _ => over(entry(&mut merged, key), change),
        }
    }
    if !merge.mistakes.is_empty() {
        return Err(merge.mistakes);
    }
    convert_layered(set, merged, layer)
}

struct Merge<'a> {
    layer: &'a Override,
    mistakes: Vec<Mistake>,
}

impl Merge<'_> {
    fn stages(&mut self, set: &mut Value, changes: &Map<String, Value>) {
        for (id, change) in changes {
            let pointer = format!("/stages/{}", escaped(id));
            let Some(stage) = self.named(set.get_mut("stages"), "id", id, &pointer, "stage") else { continue };
            for (key, change) in change.as_object().into_iter().flatten() {
                match (key.as_str(), change) {
                    ("evidence", Value::Object(requirements)) => {
                        for (name, change) in requirements {
                            let pointer = format!("{pointer}/evidence/{}", escaped(name));
                            let what = format!("evidence of stage `{id}`");
                            if let Some(found) = self.named(stage.get_mut("evidence"), "name", name, &pointer, &what) {
                                over(found, change);
                            }
                        }
                    }
                    _ => over(entry(stage, key), change),
                }
            }
        }
    }

    /// The entry of that name; a mistake where there is none.
    fn named<'v>(
        &mut self,
        list: Option<&'v mut Value>,
        key: &str,
        name: &str,
        pointer: &str,
        what: &str,
    ) -> Option<&'v mut Value> {
        let entries = list.and_then(Value::as_array_mut).map_or(&mut [][..], Vec::as_mut_slice);
        let name_of = |entry: &Value| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(index) = entries.iter().position(|entry| name_of(entry) == name) else {
            let names: Vec<String> = entries.iter().map(name_of).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("policy set `{}` has no {what} {}", self.layer.of, quoted(name));
            self.mistakes.push(self.layer.mistake_at_key(pointer, message, hint));
            return None;
        };
        entries.get_mut(index)
    }
}

/// The member of that name; a new one where there is none.
fn entry<'v>(map: &'v mut Value, key: &str) -> &'v mut Value {
    if !map.is_object() {
        *map = Value::Object(Map::new());
    }
    &mut map[key]
}

/// Mappings are merged, everything else is replaced. Recursion is bounded by the depth that a file may have.
fn over(value: &mut Value, change: &Value) {
    match (value, change) {
        (Value::Object(members), Value::Object(changes)) => {
            for (key, change) in changes {
                over(members.entry(key.clone()).or_insert(Value::Null), change);
            }
        }
        (value, change) => *value = change.clone(),
    }
}

/// The keys that an override sets, each with its value; a list is one value.
pub(crate) fn keys_set(layer: &Override) -> Vec<(Vec<String>, &Value)> {
    let mut keys = Vec::new();
    for (key, change) in &layer.changes {
        leaves(change, vec![key.clone()], &mut keys);
    }
    keys
}

fn leaves<'v>(value: &'v Value, key: Vec<String>, keys: &mut Vec<(Vec<String>, &'v Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                leaves(member, key.iter().cloned().chain([name.clone()]).collect(), keys);
            }
        }
        single => keys.push((key, single)),
    }
}

/// A mistake of a layered set where the layer that brought it stands.
pub(crate) fn placed_in(layer: &Override, merged: &Value, mistake: Mistake) -> Mistake {
    let pointer = path::pointer(&path::named(merged, &mistake.pointer));
    layer.mistake(&pointer, mistake.message, mistake.hint)
}
