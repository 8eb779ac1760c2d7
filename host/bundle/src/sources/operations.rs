//! What a set says about the time after a deployment: when to roll back, how urgent an incident is, whom to tell what, and what
//! people do then. The schema says what may stand there; here is what a schema cannot say. Kept and shown as it is written.

use super::{
    incidents::incidents,
    reader::Reader,
    verifying::verifying,
    watching::{CANARY, watching},
};
use crate::{
    document::{escaped, nearest, quoted},
    raw,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The conditions of which a trigger has exactly one.
const CONDITIONS: [&str; 4] = ["consecutive", "for", "k_of_n", "alert"];

/// Takes these parts out of the set.
pub(super) fn operations(reader: &mut Reader<'_>, set: &mut raw::Set) -> BTreeMap<&'static str, Value> {
    triggers(reader, &set.rollback);
    watching(reader, set);
    incidents(reader, set);
    verifying(reader, set);
    for (priority, level) in entries(&set.escalation) {
        let pointer = format!("/escalation/{}/contact", escaped(priority));
        named(reader, &pointer, level.get("contact"), "contacts", &set.contacts);
    }
    for (name, procedure) in entries(&set.procedures) {
        for (index, step) in items(procedure.get("steps")).enumerate() {
            let pointer = format!("/procedures/{}/steps/{index}/link", escaped(name));
            named(reader, &pointer, step.get("link"), "links", &set.links);
        }
    }
    let parts = [
        ("rollback", &mut set.rollback),
        ("severity", &mut set.severity),
        ("escalation", &mut set.escalation),
        ("notices", &mut set.notices),
        ("procedures", &mut set.procedures),
    ];
    // Only where there is one: sets of before keep their digests.
    let later = [
        ("watch", &mut set.watch),
        ("on", &mut set.on),
        ("incidents", &mut set.incidents),
        ("maintenance", &mut set.maintenance),
        ("verification", &mut set.verification),
    ];
    let later = later.into_iter().filter(|(_, value)| !value.is_null());
    parts.into_iter().chain(later).map(|(key, value)| (key, taken(reader, key, value))).collect()
}

fn taken(reader: &mut Reader<'_>, key: &str, value: &mut Value) -> Value {
    let value = value.take();
    steering(reader, &format!("/{key}"), &value);
    value
}

/// Texts of several lines are meant to be shown as such; nothing else in them may steer a terminal. Recursion is bounded by the
/// depth that a file may have.
fn steering(reader: &mut Reader<'_>, pointer: &str, value: &Value) {
    match value {
        Value::String(text) => text.lines().for_each(|line| reader.line(pointer, line)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| steering(reader, &format!("{pointer}/{index}"), item));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, item)| steering(reader, &format!("{pointer}/{}", escaped(key)), item));
        }
        _ => {}
    }
}

fn triggers(reader: &mut Reader<'_>, rollback: &Value) {
    if !rollback.is_null() && rollback.get("triggers").is_some() == rollback.get(CANARY).is_some() {
        let message = "one of `triggers` and `canary` says when a deployment is undone".to_owned();
        reader.mistake("/rollback", message, None);
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, trigger) in items(rollback.get("triggers")).enumerate() {
        let pointer = format!("/rollback/triggers/{index}");
        if let Some(name) = trigger.get("name").and_then(Value::as_str)
            && let Some(first) = names.insert(name, index)
        {
            let line = reader.positions.at(&format!("/rollback/triggers/{first}/name")).line;
            let message = format!("trigger {} is defined twice: first in line {line}", quoted(name));
            reader.mistake(&format!("{pointer}/name"), message, None);
        }
        let said: Vec<&str> = CONDITIONS.into_iter().filter(|key| trigger.get(key).is_some()).collect();
        match said.as_slice() {
            [] => {
                let message = "a trigger needs a condition: `consecutive`, `for`, `k_of_n` or `alert`".to_owned();
                reader.mistake(&pointer, message, None);
            }
            ["alert"] => {}
            [_] => sampled(reader, &pointer, trigger),
            several => {
                let message = format!("a trigger has one condition, this one has {}", several.len());
                reader.mistake(&pointer, message, Some("make a trigger of each".to_owned()));
            }
        }
    }
}

/// A condition over samples needs to know of what, and beyond which value a sample violates it.
fn sampled(reader: &mut Reader<'_>, pointer: &str, trigger: &Value) {
    if trigger.get("signal").is_none() {
        reader.mistake(pointer, "a trigger over samples needs `signal`".to_owned(), None);
    }
    if trigger.get("gt").is_some() == trigger.get("lt").is_some() {
        reader.mistake(pointer, "a trigger over samples needs one of `gt` and `lt`".to_owned(), None);
    }
}

/// A name has to stand in one of the set's directories.
fn named(
    reader: &mut Reader<'_>,
    pointer: &str,
    value: Option<&Value>,
    directory: &str,
    known: &BTreeMap<String, String>,
) {
    if let Some(name) = value.and_then(Value::as_str) {
        among(reader, pointer, name, directory, known);
    }
}

/// Whether this name stands there; else it is a mistake.
pub(super) fn among(
    reader: &mut Reader<'_>,
    pointer: &str,
    name: &str,
    directory: &str,
    known: &BTreeMap<String, String>,
) {
    if known.contains_key(name) {
        return;
    }
    let hint = nearest(name, known.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    reader.mistake(pointer, format!("there is no {} under `{directory}`", quoted(name)), hint);
}

pub(super) fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn entries(mapping: &Value) -> impl Iterator<Item = (&String, &Value)> {
    mapping.as_object().into_iter().flat_map(Map::iter)
}
