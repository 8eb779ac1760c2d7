//! What a set says of watching a deployment: that what its triggers compare is sampled, and long enough.

use super::{operations::items, reader::Reader};
use crate::{
    document::{nearest, quoted},
    duration, raw,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of `rollback` that are the gate's own: its plugin does not know them.
pub(crate) const OF_THE_GATE: [&str; 4] = ["by_hand", "order", "cool_down", "per_hour"];

/// The key of `rollback` that stands in the place of its triggers.
pub(crate) const CANARY: &str = "canary";

/// Says what a schema cannot.
pub(super) fn watching(reader: &mut Reader<'_>, set: &raw::Set) {
    let watch = &set.watch;
    if watch.is_null() {
        return;
    }
    if set.rollback.is_null() {
        let message = "`watch` has nothing to judge by".to_owned();
        reader.mistake("/watch", message, Some("say under `rollback` which triggers undo a deployment".to_owned()));
    }
    if let Some(name) = text(watch, "plugin").filter(|name| !set.plugins.contains_key(*name)) {
        let hint = nearest(name, set.plugins.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        reader.mistake("/watch/plugin", format!("there is no {} under `plugins`", quoted(name)), hint);
    }
    if let Some(alerts) = watch.get("alerts") {
        sources(reader, "/watch/alerts", "alerts have", ["prometheus", "alertmanager"], alerts);
        if text(alerts, "webhook") == Some("confirm") && alerts.get("alertmanager").is_none() {
            let message = "nobody is named who confirms alerts".to_owned();
            let hint = Some("say `alertmanager: { destination: … }` beside it".to_owned());
            reader.mistake("/watch/alerts/webhook", message, hint);
        }
    }
    let sampled = signals(reader, watch);
    let lasts = text(watch, "for").and_then(|span| duration::parse(span).ok());
    for (index, trigger) in items(set.rollback.get("triggers")).enumerate() {
        let pointer = format!("/rollback/triggers/{index}");
        if let Some(name) = text(trigger, "signal") {
            is_sampled(reader, &format!("{pointer}/signal"), name, &sampled);
        }
        if trigger.get("alert").is_some() && watch.get("alerts").is_none() {
            let message = "nobody is asked for alerts under `watch.alerts`".to_owned();
            reader.mistake(&format!("{pointer}/alert"), message, None);
        }
        let needs = trigger.pointer("/for/gt").and_then(Value::as_str).and_then(|span| duration::parse(span).ok());
        if let (Some(needs), Some(lasts)) = (needs, lasts)
            && needs >= lasts
        {
            let message = "the watch is over before this can fire".to_owned();
            reader.mistake(&format!("{pointer}/for/gt"), message, Some("`watch.for` has to be longer".to_owned()));
        }
    }
    compared(reader, &set.rollback, &sampled);
}

/// Both sides of what is compared of a canary are sampled.
fn compared(reader: &mut Reader<'_>, rollback: &Value, sampled: &BTreeSet<&str>) {
    for (index, metric) in items(rollback.pointer("/canary/metrics")).enumerate() {
        for side in [CANARY, "baseline"] {
            if let Some(name) = text(metric, side) {
                is_sampled(reader, &format!("/rollback/canary/metrics/{index}/{side}"), name, sampled);
            }
        }
    }
}

fn is_sampled(reader: &mut Reader<'_>, pointer: &str, name: &str, sampled: &BTreeSet<&str>) {
    if !sampled.contains(name) {
        let hint = nearest(name, sampled.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        reader.mistake(pointer, format!("signal {} is not sampled under `watch.signals`", quoted(name)), hint);
    }
}

/// The names of what is sampled, each once and from one source.
fn signals<'a>(reader: &mut Reader<'_>, watch: &'a Value) -> BTreeSet<&'a str> {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, signal) in items(watch.get("signals")).enumerate() {
        let pointer = format!("/watch/signals/{index}");
        if let Some(name) = text(signal, "name")
            && let Some(first) = names.insert(name, index)
        {
            let line = reader.positions.at(&format!("/watch/signals/{first}/name")).line;
            let message = format!("signal {} is sampled twice: first in line {line}", quoted(name));
            reader.mistake(&format!("{pointer}/name"), message, None);
        }
        sources(reader, &pointer, "a signal has", ["prometheus", "health"], signal);
    }
    names.into_keys().collect()
}

/// One of two, and not both.
fn sources(reader: &mut Reader<'_>, pointer: &str, what: &str, [one, other]: [&str; 2], of: &Value) {
    let count = [one, other].into_iter().filter(|key| of.get(key).is_some()).count();
    if count != 1 {
        reader.mistake(pointer, format!("{what} one source, `{one}` or `{other}`; here are {count}"), None);
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}
