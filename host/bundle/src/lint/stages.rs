//! What is probably not meant of a stage and its evidence.

use crate::{document::Mistake, sources::SetSource};
use serde_json::Value;
use tidegate_core::{
    policy::{Bind, Mode, OnError, Requirement, Stage, Vouched},
    time::Timestamp,
};

pub(super) fn lint(set: &SetSource, pointer: &str, stage: &Stage, now: Timestamp, warnings: &mut Vec<Mistake>) {
    let id = &stage.id;
    let mut warn = |key: &str, message: String, hint: Option<&str>| {
        warnings.push(set.mistake(&format!("{pointer}/{key}"), message, hint.map(str::to_owned)));
    };
    if stage.mode == Mode::Off {
        let message = format!("stage `{id}` is off: it is not judged at all");
        warn("mode", message, Some("`monitor` judges and records it"));
    } else if stage.mode != Mode::Block && stage.effective_from.is_some() {
        let message = format!("stage `{id}` has an `effective_from` that changes nothing: its mode is not `block`");
        warn("effective_from", message, None);
    } else if stage.effective_from.is_some_and(|from| from <= now) {
        let message = format!("stage `{id}` has an `effective_from` in the past: it changes nothing any more");
        warn("effective_from", message, Some("take it out"));
    }
    if stage.mode == Mode::Block && stage.on_error == OnError::Warn {
        let message = format!("stage `{id}` lets a deployment through that it could not judge");
        warn("on_error", message, Some("a plugin that fails then refuses nothing: `on_error: block` holds instead"));
    }
    let settings: Value = serde_json::from_str(&stage.settings).unwrap_or_default();
    let names_suites = settings.pointer("/tests/expected_suites").is_some();
    for (index, requirement) in stage.evidence.iter().enumerate() {
        evidence(set, &format!("{pointer}/evidence/{index}"), requirement, names_suites, warnings);
    }
}

fn evidence(
    set: &SetSource,
    pointer: &str,
    requirement: &Requirement,
    names_suites: bool,
    warnings: &mut Vec<Mistake>,
) {
    let name = &requirement.name;
    let mut warn = |message: String, hint: &str| warnings.push(set.mistake(pointer, message, Some(hint.to_owned())));
    if !names_suites && set.positions.find(&format!("{pointer}/documents")).is_none() {
        let message = format!(
            "evidence `{name}` says neither how many documents nor which suites it expects: a missing one would not be noticed"
        );
        warn(message, "say `documents: { min: … }`, or `tests.expected_suites` in the settings");
    }
    if requirement.max_age.is_none() {
        let message = format!("evidence `{name}` has no `max_age`: a report of any age counts");
        warn(message, "say how old it may be, e.g. `max_age: 24h`");
    }
    // What is signed says itself what it is about; whoever writes `bind: none` meant it.
    let unsaid = requirement.bind == Bind::None && set.positions.find(&format!("{pointer}/bind")).is_none();
    if unsaid && requirement.vouched != Vouched::Signature {
        let message = format!("evidence `{name}` is bound to nothing: a report of another commit counts too");
        warn(message, "say `bind: revision` or `bind: artifact`; `bind: none` if it speaks of no commit");
    }
}
