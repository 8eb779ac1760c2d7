//! What a set says of what a forced deployment leaves to be done.

use super::reader::Reader;
use crate::{document::escaped, raw};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    obligation::{HELD_BY, ObligationKind, ObligationRule},
    policy::Stage,
};

/// For how long an overdue one only warns, where the set does not say.
const GRACE_DEFAULT: Duration = Duration::from_secs(24 * 3600);

/// One of a kind, in the order of kinds. The schema knows the kinds.
pub(super) fn obligations(reader: &mut Reader<'_>, rules: &BTreeMap<String, raw::Obligation>) -> Vec<ObligationRule> {
    let mut read: Vec<ObligationRule> = rules.iter().filter_map(|(word, rule)| one(reader, word, rule)).collect();
    read.sort_by_key(|rule| rule.kind);
    read
}

fn one(reader: &mut Reader<'_>, word: &str, rule: &raw::Obligation) -> Option<ObligationRule> {
    let pointer = |key: &str| format!("/break_glass/obligations/{}/{key}", escaped(word));
    reader.line(&pointer("owner"), &rule.owner);
    let within = reader.span(&pointer("within"), Some(&rule.within))?;
    let grace = reader.span(&pointer("grace"), rule.grace.as_deref()).unwrap_or(GRACE_DEFAULT);
    Some(ObligationRule { kind: ObligationKind::parse(word)?, owner: Arc::from(rule.owner.as_str()), within, grace })
}

/// Deployments are held by obligations under this name: a stage of the same name could not be told from it.
pub(super) fn unlike_stages(reader: &mut Reader<'_>, stages: &[Stage]) {
    if let Some(index) = stages.iter().position(|stage| stage.id.as_str() == HELD_BY) {
        let message = format!("no stage may be called `{HELD_BY}`: what holds a deployment for them is");
        reader.mistake(&format!("/stages/{index}/id"), message, None);
    }
}
