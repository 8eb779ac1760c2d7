//! Where two leaves differ, with what their bodies hold put in the place that names them.

use crate::error::{ReadError, RecordError};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_core::digest::Digest;

/// Differences that are listed, at most; others are counted.
pub const LISTED_MAX: usize = 200;
/// Characters of a value that are shown.
const SHOWN_MAX: usize = 200;
/// What a body is called beside the digest that names it.
const HOLDS: &str = "holds";
/// What an entry of a list is known by, where all of its entries have one of their own.
const NAMES: [&str; 5] = ["stage", "label", "waiver", "service", "name"];

type Bodies = BTreeMap<Digest, Vec<u8>>;

/// One place at which a judgement differs from what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `decision.stages[unit_tests].conclusion`; what a body holds follows after `holds`.
    pub path: String,
    /// JSON as it was recorded; none: it was not there.
    pub then: Option<String>,
    /// JSON as it comes out; none: it is not there any more.
    pub now: Option<String>,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// In the order of their paths, at most [`LISTED_MAX`].
    pub listed: Vec<Difference>,
    /// How many more there are.
    pub omitted: usize,
}

impl Differences {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    fn add(&mut self, path: &str, then: Option<&Value>, now: Option<&Value>) {
        if self.listed.len() == LISTED_MAX {
            self.omitted += 1;
            return;
        }
        self.listed.push(Difference { path: path.to_owned(), then: then.map(shown), now: now.map(shown) });
    }
}

/// Between the recorded leaf and another one; these are not the same bytes.
pub(super) fn between(then: (&[u8], &Bodies), now: (&[u8], &Bodies)) -> Result<Differences, RecordError> {
    let (mut before, mut after) = (judgement(then.0)?, judgement(now.0)?);
    put_bodies(&mut before, then.1);
    put_bodies(&mut after, now.1);
    let mut found = Differences::default();
    compare(&mut found, "", &before, &after);
    if found.is_empty() {
        // Nothing that JSON tells apart: the bytes themselves.
        found.add("", Some(&String::from_utf8_lossy(then.0).into()), Some(&String::from_utf8_lossy(now.0).into()));
    }
    Ok(found)
}

fn judgement(leaf: &[u8]) -> Result<Value, RecordError> {
    let unreadable = |cause: serde_json::Error| ReadError::Unreadable { what: "leaf".to_owned(), cause: cause.into() };
    let mut leaf: Value = serde_json::from_slice(leaf).map_err(unreadable)?;
    Ok(leaf["judgement"].take())
}

/// Beside each digest that names a body which is at hand, what that holds.
fn put_bodies(value: &mut Value, bodies: &Bodies) {
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| put_bodies(entry, bodies)),
        Value::Object(members) => {
            let named = ["body", "manifest"].into_iter().find_map(|key| members.get(key)?.as_str());
            let body = named.and_then(|digest| bodies.get(&Digest::parse(digest).ok()?));
            let holds = body.and_then(|bytes| serde_json::from_slice(bytes).ok());
            members.values_mut().for_each(|member| put_bodies(member, bodies));
            if let Some(holds) = holds {
                members.insert(HOLDS.to_owned(), holds);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn compare(found: &mut Differences, path: &str, then: &Value, now: &Value) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => members(found, path, then, now),
        (Value::Array(then), Value::Array(now)) => entries(found, path, then, now),
        (then, now) if then == now => {}
        (then, now) => found.add(path, Some(then), Some(now)),
    }
}

fn members(found: &mut Differences, path: &str, then: &Map<String, Value>, now: &Map<String, Value>) {
    let keys: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    for key in keys {
        // A body that one side does not have is told by its digest.
        if key == HOLDS && then.contains_key(key) != now.contains_key(key) {
            continue;
        }
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        either(found, &path, then.get(key), now.get(key));
    }
}

fn entries(found: &mut Differences, path: &str, then: &[Value], now: &[Value]) {
    let Some(name) = NAMES.into_iter().find(|name| names(then, name) && names(now, name)) else {
        for index in 0..then.len().max(now.len()) {
            either(found, &format!("{path}[{index}]"), then.get(index), now.get(index));
        }
        return;
    };
    let named = |entry: &Value| entry[name].as_str().map(str::to_owned).unwrap_or_default();
    let find = |entries: &'_ [Value], key: &str| entries.iter().position(|entry| entry[name] == *key);
    let keys: BTreeSet<String> = then.iter().chain(now).map(named).collect();
    for key in &keys {
        let (before, after) = (find(then, key), find(now, key));
        let entry = |entries: &'_ [Value], index: Option<usize>| index.and_then(|index| entries.get(index).cloned());
        either(found, &format!("{path}[{key}]"), entry(then, before).as_ref(), entry(now, after).as_ref());
    }
    let order = |entries: &[Value]| entries.iter().map(named).map(Value::from).collect::<Value>();
    if keys.len() == then.len() && keys.len() == now.len() && order(then) != order(now) {
        found.add(&format!("{path}[]"), Some(&order(then)), Some(&order(now)));
    }
}

/// Whether each entry has a name of its own under this key.
fn names(entries: &[Value], key: &str) -> bool {
    let all: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.get(key)?.as_str()).collect();
    all.len() == entries.len()
}

fn either(found: &mut Differences, path: &str, then: Option<&Value>, now: Option<&Value>) {
    match (then, now) {
        (Some(then), Some(now)) => compare(found, path, then, now),
        (then, now) => found.add(path, then, now),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Bodies, Difference, LISTED_MAX, between};
    use serde_json::{Value, json};
    use tidegate_core::digest::Digest;

    fn differences(then: &Value, now: &Value) -> Vec<(String, Option<String>, Option<String>)> {
        let leaf = |judgement: &Value| json!({ "judgement": judgement }).to_string().into_bytes();
        let none = Bodies::new();
        let found = between((&leaf(then), &none), (&leaf(now), &none)).unwrap();
        found.listed.into_iter().map(|Difference { path, then, now }| (path, then, now)).collect()
    }

    fn told(path: &str, then: Option<&str>, now: Option<&str>) -> (String, Option<String>, Option<String>) {
        (path.to_owned(), then.map(str::to_owned), now.map(str::to_owned))
    }

    #[test]
    fn entries_are_called_by_their_names_and_by_their_places_where_they_have_none() {
        let then = json!({ "stages": [{ "stage": "a", "weight": 1 }, { "stage": "b", "weight": 1 }], "skip": ["x"] });
        let now =
            json!({ "stages": [{ "stage": "b", "weight": 2 }, { "stage": "c", "weight": 1 }], "skip": ["x", "y"] });
        assert_eq!(
            differences(&then, &now),
            [
                told("skip[1]", None, Some("\"y\"")),
                told("stages[a]", Some(r#"{"stage":"a","weight":1}"#), None),
                told("stages[b].weight", Some("1"), Some("2")),
                told("stages[c]", None, Some(r#"{"stage":"c","weight":1}"#)),
            ]
        );
    }

    #[test]
    fn another_order_is_a_difference_too() {
        let stages = |names: [&str; 2]| json!({ "stages": names.map(|name| json!({ "stage": name })) });
        let found = differences(&stages(["a", "b"]), &stages(["b", "a"]));
        assert_eq!(found, [told("stages[]", Some(r#"["a","b"]"#), Some(r#"["b","a"]"#))]);
    }

    #[test]
    fn what_a_body_holds_is_compared_where_both_are_at_hand() {
        let (old, new) = (br#"{"summary":"one"}"#, br#"{"summary":"two"}"#);
        let (before, after) = (Digest::of(old), Digest::of(new));
        let leaf = |digest: Digest| json!({ "judgement": { "body": digest.to_string() } }).to_string().into_bytes();
        let of = |digest, bytes: &[u8]| Bodies::from([(digest, bytes.to_vec())]);
        let paths = |then: &Bodies| {
            let found = between((&leaf(before), then), (&leaf(after), &of(after, new))).unwrap();
            found.listed.into_iter().map(|difference| difference.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(&of(before, old)), ["body", "holds.summary"]);
        assert_eq!(paths(&Bodies::new()), ["body"], "a body that is gone is told by its digest");
    }

    #[test]
    fn only_so_many_are_listed_and_the_others_counted() {
        let many = |value: u32| json!({ "all": vec![value; LISTED_MAX + 3] });
        let leaf = |judgement: Value| json!({ "judgement": judgement }).to_string().into_bytes();
        let found = between((&leaf(many(1)), &Bodies::new()), (&leaf(many(2)), &Bodies::new())).unwrap();
        assert_eq!((found.listed.len(), found.omitted), (LISTED_MAX, 3));
    }
}
