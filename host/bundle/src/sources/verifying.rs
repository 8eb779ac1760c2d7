//! What a set says of looking at a deployment after it went out: which endpoints and systems are asked, and for which items they stand.

use super::{operations::items, reader::Reader};
use crate::{
    document::{nearest, quoted},
    raw,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// What an item may be seen by; it has exactly one.
const SOURCES: [&str; 8] =
    ["healthy", "version", "burst", "answers", "prometheus", "targets", "alertmanager", "no_alerts"];
/// Of these, what is said of an endpoint that is listed.
const OF_ENDPOINTS: [&str; 3] = ["healthy", "version", "burst"];

/// Says what a schema cannot.
pub(super) fn verifying(reader: &mut Reader<'_>, set: &raw::Set) {
    let verification = &set.verification;
    if verification.is_null() {
        return;
    }
    let addresses = once(reader, "/verification/endpoints", "address", verification.get("endpoints"), |address| {
        format!("endpoint {} is asked twice", quoted(address))
    });
    once(reader, "/verification/items", "item", verification.get("items"), |item| {
        format!("item {} is seen twice", quoted(item))
    });
    for (index, item) in items(verification.get("items")).enumerate() {
        let pointer = format!("/verification/items/{index}");
        let said: Vec<&str> = SOURCES.into_iter().filter(|key| item.get(key).is_some()).collect();
        let [source] = said.as_slice() else {
            let message = format!("an item is seen by one of {}; here are {}", listed(), said.len());
            reader.mistake(&pointer, message, None);
            continue;
        };
        of_source(reader, &format!("{pointer}/{source}"), source, item.get(*source), &addresses);
    }
}

fn of_source(
    reader: &mut Reader<'_>,
    pointer: &str,
    source: &str,
    said: Option<&Value>,
    addresses: &BTreeMap<&str, usize>,
) {
    let Some(said) = said else { return };
    if OF_ENDPOINTS.contains(&source)
        && let Some(name) = text(said, "endpoint").filter(|name| !addresses.contains_key(name))
    {
        let hint = nearest(name, addresses.keys().copied()).map(|near| format!("did you mean `{near}`?"));
        let message = format!("endpoint {} is not listed under `verification.endpoints`", quoted(name));
        reader.mistake(&format!("{pointer}/endpoint"), message, hint);
    }
    if source == "prometheus" && said.get("min").is_none() && said.get("max").is_none() {
        let message = "a number is compared with `min`, `max` or both".to_owned();
        reader.mistake(pointer, message, None);
    }
    if source == "no_alerts" {
        let count = ["prometheus", "alertmanager"].into_iter().filter(|key| said.get(key).is_some()).count();
        if count != 1 {
            let message = format!("alerts have one source, `prometheus` or `alertmanager`; here are {count}");
            reader.mistake(pointer, message, None);
        }
    }
}

/// What a list names, each once.
fn once<'a>(
    reader: &mut Reader<'_>,
    pointer: &str,
    key: &str,
    list: Option<&'a Value>,
    twice: impl Fn(&str) -> String,
) -> BTreeMap<&'a str, usize> {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, one) in items(list).enumerate() {
        if let Some(name) = text(one, key)
            && let Some(first) = names.insert(name, index)
        {
            let line = reader.positions.at(&format!("{pointer}/{first}/{key}")).line;
            reader.mistake(&format!("{pointer}/{index}/{key}"), format!("{}: first in line {line}", twice(name)), None);
        }
    }
    names
}

fn listed() -> String {
    SOURCES.map(|key| format!("`{key}`")).join(", ")
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}
