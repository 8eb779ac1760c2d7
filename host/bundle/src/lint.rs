//! What is allowed, but probably not meant.

use crate::{
    document::{Mistake, escaped},
    sources::{SetSource, Sources},
};
use serde_json::Value;
use std::fmt;
use tidegate_core::{
    policy::{Mode, Stage},
    time::Timestamp,
};

/// Something in a policy set that a person should look at. Nothing is refused because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning(pub Mistake);

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(mistake) = self;
        write!(f, "{}:{}:{}: warning: {}", mistake.file, mistake.line, mistake.column, mistake.message)?;
        mistake.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

/// Everything in the sets that a person should look at, at that moment.
#[must_use]
pub fn lint(sources: &Sources, now: Timestamp) -> Vec<Warning> {
    sources.sets.iter().flat_map(|set| lint_set(set, now)).map(Warning).collect()
}

fn lint_set(set: &SetSource, now: Timestamp) -> Vec<Mistake> {
    let mut warnings = Vec::new();
    if let Some((day, _)) = set.next_review.as_ref().filter(|(_, end)| *end < now) {
        let hint = "look at the whole set, then move the date".to_owned();
        warnings.push(set.mistake("/next_review", format!("the review is overdue since {day}"), Some(hint)));
    }
    for name in set.plugins.keys().filter(|name| !set.stages.iter().any(|stage| stage.plugin == **name)) {
        let pointer = format!("/plugins/{}", escaped(name.as_str()));
        warnings.push(set.mistake(&pointer, format!("plugin `{name}` is used by no stage"), None));
    }
    if !set.stages.iter().any(|stage| stage.mode == Mode::Block) {
        let message = "no stage has the mode `block`: the set refuses nothing".to_owned();
        warnings.push(set.mistake("/stages", message, None));
    }
    for (index, stage) in set.stages.iter().enumerate() {
        lint_stage(set, &format!("/stages/{index}"), stage, &mut warnings);
    }
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    warnings
}

fn lint_stage(set: &SetSource, pointer: &str, stage: &Stage, warnings: &mut Vec<Mistake>) {
    let id = &stage.id;
    if stage.mode == Mode::Off {
        let message = format!("stage `{id}` is off: it is not judged at all");
        warnings.push(set.mistake(
            &format!("{pointer}/mode"),
            message,
            Some("`monitor` judges and records it".to_owned()),
        ));
    } else if stage.mode != Mode::Block && stage.effective_from.is_some() {
        let message = format!("stage `{id}` has an `effective_from` that changes nothing: its mode is not `block`");
        warnings.push(set.mistake(&format!("{pointer}/effective_from"), message, None));
    }
    let settings: Value = serde_json::from_str(&stage.settings).unwrap_or_default();
    if settings.pointer("/tests/expected_suites").is_some() {
        return;
    }
    for (index, requirement) in stage.evidence.iter().enumerate() {
        let at = format!("{pointer}/evidence/{index}");
        if set.positions.find(&format!("{at}/documents")).is_none() {
            let message = format!(
                "evidence `{}` says neither how many documents nor which suites it expects: a missing one would not be noticed",
                requirement.name
            );
            let hint = "say `documents: { min: … }`, or `tests.expected_suites` in the settings".to_owned();
            warnings.push(set.mistake(&at, message, Some(hint)));
        }
    }
}
