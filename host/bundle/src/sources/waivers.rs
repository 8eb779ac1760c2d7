//! A file's waivers to what they mean, and what is wrong with them beside the sets they are of.

use super::{SetSource, reader::Reader};
use crate::{
    document::{Mistake, examine, nearest, quoted},
    identities::people::People,
    raw,
    waivers::{Agreement, RuleGlob, WAIVERS_MAX, WaiverOf, WaiverRules},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, LazyLock},
};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, PolicySetId, RuleId, ServiceName, StageId, WaiverId},
    waiver::{Waiver, WaiverScope},
};

/// The published JSON Schema of a file of waivers.
pub const WAIVERS_SCHEMA: &str = include_str!("../../../../policies/schema/waivers.schema.json");

/// The schema is a part of this program; that it is JSON is tested, and without it no file is accepted.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(WAIVERS_SCHEMA).unwrap_or(Value::Bool(false)));

/// Rules of the host itself: what they say is that nothing could be judged, and that nobody can waive.
const HOST_RULES: &str = "evidence.";

/// Whether a file with these keys holds waivers: a set has a key of that name, too.
pub(super) fn is_waivers(keys: &[String]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key == name);
    keys.first().is_some_and(|first| first == "waivers") || (has("waivers") && !has("policy_set"))
}

pub(super) fn read_waivers(path: &Path, text: &str) -> Result<Vec<WaiverOf>, Vec<Mistake>> {
    let found = examine::<raw::Waivers>(text, &path.display().to_string(), &SCHEMA);
    let mut mistakes = found.mistakes;
    let Some((read, positions)) = found.read else { return Err(mistakes.sorted()) };
    let positions = Arc::new(positions);
    let mut reader = Reader { positions: &positions, mistakes: &mut mistakes };
    let mut waivers = Vec::with_capacity(read.waivers.len());
    for (index, raw) in read.waivers.iter().enumerate() {
        if let Some((of, waiver)) = waiver(&mut reader, &format!("/waivers/{index}"), raw) {
            waivers.push(WaiverOf { of, waiver, positions: Arc::clone(&positions), index });
        }
    }
    if mistakes.is_empty() { Ok(waivers) } else { Err(mistakes.sorted()) }
}

fn waiver(reader: &mut Reader<'_>, pointer: &str, raw: &raw::Waiver) -> Option<(PolicySetId, Waiver)> {
    let at = |key: &str| format!("{pointer}/{key}");
    let id = reader.name(&at("id"), &raw.id, WaiverId::parse);
    let of = reader.name(&at("of"), &raw.of, PolicySetId::parse);
    let rules: Vec<(StageId, RuleId)> = raw
        .rules
        .iter()
        .enumerate()
        .filter_map(|(index, text)| rule(reader, &format!("{pointer}/rules/{index}"), text))
        .collect();
    for (key, text) in [("reason", &raw.reason), ("owner", &raw.owner), ("approved_by", &raw.approved_by)] {
        reader.line(&at(key), text);
    }
    raw.ticket.iter().for_each(|ticket| reader.line(&at("ticket"), ticket));
    if raw.owner.trim().eq_ignore_ascii_case(raw.approved_by.trim()) {
        let hint = Some("somebody else than the owner has to agree".to_owned());
        reader.mistake(&at("approved_by"), "a waiver is approved by its own owner".to_owned(), hint);
    }
    let scope = scope(reader, &at("scope"), &raw.scope);
    let (from, expires) = (reader.moment(&at("from"), &raw.from)?, reader.moment(&at("expires"), &raw.expires)?);
    if from >= expires {
        reader.mistake(&at("expires"), format!("it ends at {expires}, before it begins at {from}"), None);
    }
    let text = |text: &String| Arc::from(text.as_str());
    let waiver = Waiver {
        id: id?,
        rules,
        scope,
        reason: text(&raw.reason),
        owner: text(&raw.owner),
        approved_by: text(&raw.approved_by),
        from,
        expires,
        ticket: raw.ticket.as_ref().map(text),
        // Its set says whether it does.
        awaits_agreement: false,
    };
    Some((of?, waiver))
}

fn rule(reader: &mut Reader<'_>, pointer: &str, text: &str) -> Option<(StageId, RuleId)> {
    let Some((stage, rule)) = text.split_once('/') else {
        reader.mistake(pointer, format!("{} is no `stage/rule`", quoted(text)), None);
        return None;
    };
    if rule.starts_with(HOST_RULES) {
        let message = format!("{} cannot be waived: it says that nothing could be judged", quoted(text));
        reader.mistake(pointer, message, Some("what is missing has to be handed in".to_owned()));
        return None;
    }
    let (stage, rule) = (reader.name(pointer, stage, StageId::parse), reader.name(pointer, rule, RuleId::parse));
    Some((stage?, rule?))
}

fn scope(reader: &mut Reader<'_>, pointer: &str, raw: &raw::WaiverScope) -> WaiverScope {
    let at = |key: &str| format!("{pointer}/{key}");
    for (key, text) in [("subject", &raw.subject), ("fingerprint", &raw.fingerprint)] {
        text.iter().for_each(|text| reader.line(&at(key), text));
    }
    let service = raw.service.as_ref().and_then(|text| reader.name(&at("service"), text, ServiceName::parse));
    let environment =
        raw.environment.as_ref().and_then(|text| reader.name(&at("environment"), text, EnvironmentName::parse));
    let artifact = raw.artifact.as_ref().and_then(|text| reader.name(&at("artifact"), text, Digest::parse));
    let text = |text: &Option<String>| text.as_deref().map(Arc::from);
    WaiverScope { service, environment, artifact, subject: text(&raw.subject), fingerprint: text(&raw.fingerprint) }
}

/// What a set says of waivers.
pub(super) fn rules(reader: &mut Reader<'_>, raw: &raw::WaiverRules) -> Option<WaiverRules> {
    let max_lifetime = reader.span("/waivers/max_lifetime", Some(&raw.max_lifetime));
    let read =
        |(index, text): (usize, &String)| reader.text(&format!("/waivers/narrow/{index}"), text, RuleGlob::parse);
    let mut narrow: Vec<RuleGlob> = raw.narrow.iter().enumerate().filter_map(read).collect();
    narrow.sort();
    narrow.dedup();
    let words = [("file", Agreement::Filed), ("recorded", Agreement::Recorded)];
    let agreement = reader.word("/waivers/agreement", raw.agreement.as_deref(), &words)?;
    Some(WaiverRules { max_lifetime: max_lifetime?, narrow, agreement })
}

/// Of sets that ask for it, waivers tolerate nothing until somebody agrees to them.
pub(super) fn awaited(waivers: &mut [WaiverOf], sets: &[Arc<SetSource>]) {
    for one in waivers {
        let rules = sets.iter().find(|set| set.id == one.of).and_then(|set| set.waivers.as_ref());
        one.waiver.awaits_agreement = rules.is_some_and(|rules| rules.agreement == Agreement::Recorded);
    }
}

/// Waivers whose owner agreed to them under another name.
pub(super) fn of_one_person(waivers: &[WaiverOf], people: &People) -> Vec<Mistake> {
    let same = |one: &&WaiverOf| {
        let (owner, agreed) = (one.waiver.owner.trim(), one.waiver.approved_by.trim());
        // The same name was refused when the file was read.
        !owner.eq_ignore_ascii_case(agreed) && people.same(owner, agreed)
    };
    let mistake = |one: &WaiverOf| {
        let message =
            format!("a waiver is approved by its own owner: both are {}", people.canonical(&one.waiver.owner));
        one.mistake("approved_by", message, Some("somebody else than the owner has to agree"))
    };
    waivers.iter().filter(same).map(mistake).collect()
}

/// What is wrong with waivers beside the sets, and beside each other.
pub(super) fn between(waivers: &[WaiverOf], sets: &[Arc<SetSource>]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if let Some(first) = waivers.get(WAIVERS_MAX) {
        let message = format!("too many waivers: {} used, {WAIVERS_MAX} allowed", waivers.len());
        mistakes.push(first.mistake("id", message, None));
    }
    let mut first: BTreeMap<&WaiverId, &WaiverOf> = BTreeMap::new();
    for one in waivers {
        if let Some(earlier) = first.insert(&one.waiver.id, one) {
            let message = format!("waiver `{}` is defined twice: first in {}", one.waiver.id, earlier.positions.file());
            mistakes.push(one.mistake("id", message, None));
        }
        match sets.iter().find(|set| set.id == one.of) {
            Some(set) => of_set(one, set, &mut mistakes),
            None => {
                let near = nearest(one.of.as_str(), sets.iter().map(|set| set.id.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("there is no policy set `{}`", one.of);
                mistakes.push(one.mistake("of", message, hint.as_deref()));
            }
        }
    }
    mistakes
}

fn of_set(one: &WaiverOf, set: &SetSource, mistakes: &mut Vec<Mistake>) {
    let Waiver { rules: waived, scope, from, expires, .. } = &one.waiver;
    let Some(rules) = &set.waivers else {
        let hint = "a set takes waivers only where it says `waivers: { max_lifetime: 30d }`";
        mistakes.push(one.mistake("of", format!("policy set `{}` takes no waivers", set.id), Some(hint)));
        return;
    };
    let lifetime = expires.since(*from);
    if lifetime > rules.max_lifetime {
        let (used, allowed) = (lifetime.as_secs(), rules.max_lifetime.as_secs());
        mistakes.push(one.mistake("expires", format!("it lasts too long: {used} s used, {allowed} s allowed"), None));
    }
    for (index, (stage, rule)) in waived.iter().enumerate() {
        let at = format!("rules/{index}");
        if !set.stages.iter().any(|known| known.id == *stage) {
            let near = nearest(stage.as_str(), set.stages.iter().map(|stage| stage.id.as_str()));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            mistakes.push(one.mistake(&at, format!("policy set `{}` has no stage `{stage}`", set.id), hint.as_deref()));
        }
        let narrow = rules.narrow.iter().find(|narrow| narrow.fits(stage.as_str(), rule.as_str()));
        if let Some(narrow) = narrow.filter(|_| scope.subject.is_none() && scope.fingerprint.is_none()) {
            let message =
                format!("a waiver of `{stage}/{rule}` says what it is about: the set calls `{narrow}` narrow");
            mistakes.push(one.mistake(&at, message, Some("add `subject` or `fingerprint` to its `scope`")));
        }
    }
}
