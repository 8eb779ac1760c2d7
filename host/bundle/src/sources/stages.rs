//! A file's stages to what they mean.

use super::{SETTINGS_BYTES_MAX, reader::Reader};
use crate::{
    canonical,
    document::{nearest, quoted},
    raw,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};
use tidegate_core::{
    name::{EvidenceName, PluginName, StageId},
    policy::{Bind, EmptyScan, Mode, OnError, Per, Requirement, Stage, Trust, Vouched},
};

/// A stage that cannot be read is left out; a mistake says so.
pub(super) fn stages(
    reader: &mut Reader<'_>,
    stages: Vec<raw::Stage>,
    plugins: &BTreeMap<String, raw::Plugin>,
) -> Vec<Stage> {
    let mut first_at: HashMap<String, usize> = HashMap::new();
    for (index, stage) in stages.iter().enumerate() {
        let pointer = format!("/stages/{index}");
        if let Some(first) = first_at.get(&stage.id) {
            let line = reader.positions.at(&format!("/stages/{first}/id")).line;
            let message = format!("stage {} is defined twice: first in line {line}", quoted(&stage.id));
            reader.mistake(&format!("{pointer}/id"), message, None);
        } else {
            first_at.insert(stage.id.clone(), index);
        }
        if !plugins.contains_key(&stage.plugin) {
            let near = nearest(&stage.plugin, plugins.keys().map(String::as_str));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no plugin {} under `plugins`", quoted(&stage.plugin));
            reader.mistake(&format!("{pointer}/plugin"), message, hint);
        }
    }
    stages.into_iter().enumerate().filter_map(|(index, raw)| stage(reader, &format!("/stages/{index}"), raw)).collect()
}

fn stage(reader: &mut Reader<'_>, pointer: &str, stage: raw::Stage) -> Option<Stage> {
    let at = |key: &str| format!("{pointer}/{key}");
    let id = reader.name(&at("id"), &stage.id, StageId::parse);
    reader.line(&at("title"), &stage.title);
    let plugin = reader.name(&at("plugin"), &stage.plugin, PluginName::parse);
    let per = [("deployment", Per::Deployment), ("service", Per::Service)];
    let per = reader.word(&at("per"), stage.per.as_deref(), &per);
    let modes = [("block", Mode::Block), ("warn", Mode::Warn), ("monitor", Mode::Monitor), ("off", Mode::Off)];
    let mode = reader.word(&at("mode"), stage.mode.as_deref(), &modes);
    let on_error = [("block", OnError::Block), ("warn", OnError::Warn)];
    let on_error = reader.word(&at("on_error"), stage.on_error.as_deref(), &on_error);
    let effective_from = stage.effective_from.and_then(|text| reader.moment(&at("effective_from"), &text));
    let empty_scans = [("incomplete", EmptyScan::Incomplete), ("clean", EmptyScan::Clean)];
    let empty_scan = reader.word(&at("empty_scan"), stage.empty_scan.as_deref(), &empty_scans);
    let budget = reader.span(&at("budget"), stage.budget.as_deref());
    let evidence = evidence(reader, &at("evidence"), &stage.evidence);
    if stage.baseline && stage.evidence.is_empty() {
        let message = "a baseline is of the stage's evidence, and it binds none: name it, or leave `baseline` out";
        reader.mistake(&at("baseline"), message.to_owned(), None);
    }
    let settings = canonical::text(&Value::Object(stage.settings));
    if settings.len() > SETTINGS_BYTES_MAX {
        let message =
            format!("the settings are too large: {} bytes used, {SETTINGS_BYTES_MAX} allowed", settings.len());
        reader.mistake(&at("settings"), message, None);
    }
    Some(Stage {
        id: id?,
        title: Arc::from(stage.title),
        plugin: plugin?,
        per: per?,
        weight: stage.weight.unwrap_or(1),
        mode: mode?,
        effective_from,
        optional: stage.optional,
        on_error: on_error?,
        budget,
        evidence,
        empty_scan: empty_scan?,
        baseline: stage.baseline,
        settings: Arc::from(settings),
    })
}

fn evidence(reader: &mut Reader<'_>, pointer: &str, requirements: &[raw::Requirement]) -> Vec<Requirement> {
    let mut names = HashSet::new();
    for (index, requirement) in requirements.iter().enumerate() {
        if !names.insert(&requirement.name) {
            let message = format!("evidence {} is asked for twice", quoted(&requirement.name));
            reader.mistake(&format!("{pointer}/{index}/name"), message, None);
        }
    }
    let read = |(index, raw): (usize, &raw::Requirement)| requirement(reader, &format!("{pointer}/{index}"), raw);
    requirements.iter().enumerate().filter_map(read).collect()
}

fn requirement(reader: &mut Reader<'_>, pointer: &str, raw: &raw::Requirement) -> Option<Requirement> {
    let at = |key: &str| format!("{pointer}/{key}");
    let name = reader.name(&at("name"), &raw.name, EvidenceName::parse);
    let documents_min = raw.documents.min.unwrap_or(1);
    if let Some(max) = raw.documents.max.filter(|max| *max < documents_min) {
        let message = format!("at most {max} documents are allowed, but at least {documents_min} are needed");
        reader.mistake(&at("documents/max"), message, None);
    }
    let binds = [("none", Bind::None), ("artifact", Bind::Artifact), ("revision", Bind::Revision)];
    let bind = reader.word(&at("bind"), raw.bind.as_deref(), &binds);
    let vouched = [
        ("uploader", Vouched::Uploader),
        ("signature", Vouched::Signature),
        ("person", Vouched::Person),
        ("none", Vouched::None),
    ];
    let vouched = reader.word(&at("vouched"), raw.vouched.as_deref(), &vouched);
    let max_age = reader.span(&at("max_age"), raw.max_age.as_deref());
    if documents_min == 0 {
        optional(reader, pointer, raw, vouched);
    }
    let trust = trust(reader, &at("trust"), &raw.trust);
    Some(Requirement {
        name: name?,
        documents_min,
        documents_max: raw.documents.max,
        max_age,
        bind: bind?,
        vouched: vouched?,
        trust,
    })
}

/// Evidence that may be left out may be added by anybody: only signed documents count there, and only signers are believed.
fn optional(reader: &mut Reader<'_>, pointer: &str, raw: &raw::Requirement, vouched: Option<Vouched>) {
    if vouched.is_some_and(|vouched| vouched != Vouched::Signature) {
        let message = "documents that may be absent (`min: 0`) have to be signed".to_owned();
        reader.mistake(&format!("{pointer}/documents/min"), message, Some("add `vouched: signature`".to_owned()));
    }
    if !raw.trust.authors.is_empty() {
        let message = "an author's name counts only in documents that have to be there, and `min` is 0".to_owned();
        reader.mistake(&format!("{pointer}/trust/authors"), message, Some("name `signers` instead".to_owned()));
    }
}

fn trust(reader: &mut Reader<'_>, pointer: &str, raw: &raw::Trust) -> Trust {
    let mut names = |key: &str, names: &[String]| {
        for (index, name) in names.iter().enumerate() {
            reader.line(&format!("{pointer}/{key}/{index}"), name);
        }
        let mut names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(name.as_str())).collect();
        names.sort();
        names.dedup();
        names
    };
    Trust { signers: names("signers", &raw.signers), authors: names("authors", &raw.authors) }
}
