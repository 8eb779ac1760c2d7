//! What is allowed, but probably not meant.

mod occasions;
mod overrides;
mod stages;
mod verifications;
mod waivers;

use crate::{
    document::{Mistake, escaped, quoted},
    sources::{SetSource, Sources},
};
use std::fmt;
use tidegate_core::{name::PluginName, policy::Mode, time::Timestamp};

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
    let of_sets = sources.sets.iter().flat_map(|set| lint_set(set, now));
    let of_all = overrides::lint(sources).into_iter().chain(verifications::lint(sources));
    of_sets.chain(of_all).chain(waivers::lint(sources, now)).map(Warning).collect()
}

fn lint_set(set: &SetSource, now: Timestamp) -> Vec<Mistake> {
    let mut warnings = Vec::new();
    if let Some((day, _)) = set.next_review.as_ref().filter(|(_, end)| *end < now) {
        let hint = "look at the whole set, then move the date".to_owned();
        warnings.push(set.mistake("/next_review", format!("the review is overdue since {day}"), Some(hint)));
    }
    if !set.contacts.contains_key(&set.owner) {
        let message = format!(
            "the owner {} is not among the `contacts`: whoever is refused cannot tell whom to ask",
            quoted(&set.owner)
        );
        warnings.push(set.mistake("/owner", message, Some("add `contacts: { <owner>: <address> }`".to_owned())));
    }
    let is_asked = |name: &PluginName| {
        set.stages.iter().any(|stage| stage.plugin == *name) || set.asks("watch", name) || set.asks("incidents", name)
    };
    for name in set.plugins.keys().filter(|name| !is_asked(name)) {
        let pointer = format!("/plugins/{}", escaped(name.as_str()));
        warnings.push(set.mistake(&pointer, format!("plugin `{name}` is used by no stage"), None));
    }
    for (name, plugin) in &set.plugins {
        if plugin.registry.as_ref().is_some_and(|registry| registry.who.is_none()) {
            let message = format!("nobody's signature of plugin `{name}` is asked for: only its digest is");
            let hint = "say `verify: { all_of: [<names under signers>] }`".to_owned();
            warnings.push(set.mistake(&format!("/plugins/{}/oci", escaped(name.as_str())), message, Some(hint)));
        }
    }
    if set.break_glass.is_some() && set.notify.is_empty() {
        let message = "`break_glass` notifies nobody: a deployment can be forced, and nobody hears of it".to_owned();
        let hint = "say `notify: [<one of the contacts>]`".to_owned();
        warnings.push(set.mistake("/break_glass", message, Some(hint)));
    }
    if set.rollbacks.as_ref().is_some_and(|rules| rules.order.is_none()) {
        let message = "`rollback` names no order: when a trigger fires, a person has to undo the deployment".to_owned();
        let hint = "say `order: <a name under orders in tidegate.yaml>`".to_owned();
        warnings.push(set.mistake("/rollback", message, Some(hint)));
    }
    occasions::lint(set, &mut warnings);
    let mut blocking = set.stages.iter().filter(|stage| stage.mode == Mode::Block).peekable();
    if blocking.peek().is_none() {
        let message = "no stage has the mode `block`: the set refuses nothing".to_owned();
        warnings.push(set.mistake("/stages", message, None));
    } else if blocking.all(|stage| stage.optional) {
        let message =
            "every stage with the mode `block` is optional: a caller may skip all that could refuse".to_owned();
        warnings.push(set.mistake("/stages", message, None));
    }
    for (index, stage) in set.stages.iter().enumerate() {
        stages::lint(set, &format!("/stages/{index}"), stage, now, &mut warnings);
    }
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    warnings
}
