//! A file's policy set to what it means.

use super::{
    SetSource, VALID_FOR_DEFAULT, bounds, maintenance, obligations, occasions, operations, plugins, reader::Reader,
    rollbacks, signers, stages, waivers,
};
use crate::{
    document::{Mistakes, Positions, nearest, quoted},
    glob::Glob,
    matching::Match,
    raw,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tidegate_core::{
    break_glass::{BreakGlassRules, Quota, SecondHuman},
    name::{PolicySetId, StageId, Version},
    permit::{ArtifactRule, PermitRules},
    policy::{Enforcement, Secrets, Stage},
};

/// `None`, or an incomplete set, only together with a mistake.
pub(super) fn convert(
    mut set: raw::Set,
    positions: Arc<Positions>,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<SetSource> {
    let mut reader = Reader { positions: &positions, mistakes };
    let reader = &mut reader;
    let rollbacks = rollbacks::rollbacks(reader, &set.rollback);
    let on = occasions::occasions(&set.on);
    let maintenance = maintenance::maintenance(reader, &set);
    let operations = operations::operations(reader, &mut set);
    let id = reader.name("/policy_set", &set.policy_set, PolicySetId::parse);
    let version = reader.name("/version", &set.version, Version::parse);
    people(reader, &set);
    let next_review = set.next_review.and_then(|text| reader.day("/next_review", &text).map(|day| (text, day)));
    let enforcements = [("enforce", Enforcement::Enforce), ("advisory", Enforcement::Advisory)];
    let enforcement = reader.word("/enforcement", set.enforcement.as_deref(), &enforcements);
    let secrets =
        reader.word("/secrets", set.secrets.as_deref(), &[("mask", Secrets::Mask), ("refuse", Secrets::Refuse)]);
    let valid_for = reader.span("/valid_for", set.valid_for.as_deref()).unwrap_or(VALID_FOR_DEFAULT);
    let matching = Match {
        environments: globs(reader, "/match/environments", &set.matching.environments),
        services: globs(reader, "/match/services", &set.matching.services),
    };
    let plugins = plugins::plugins(reader, &set.plugins, &set.signers, folder);
    signers::known(reader, &set.stages, &set.signers);
    let signers = signers::signers(reader, "/signers", &set.signers);
    let stages = stages::stages(reader, set.stages, &set.plugins);
    let break_glass = set.break_glass.as_ref().map(|rules| break_glass(reader, rules, &stages));
    let notified = set.break_glass.as_ref().map_or(&[][..], |rules| &rules.notify);
    let notify = notify(reader, notified, &set.contacts);
    obligations::unlike_stages(reader, &stages);
    let waivers = set.waivers.as_ref().and_then(|rules| waivers::rules(reader, rules));
    let permits = set.permits.as_ref().map_or(Some(PermitRules::default()), |rules| permits(reader, rules));
    let shadow_of = set.shadow_of.and_then(|text| reader.name("/shadow_of", &text, PolicySetId::parse));
    let team_may_set = bounds::bounds(reader, set.team_may_set, &stages);
    Some(SetSource {
        id: id?,
        version: version?,
        owner: set.owner,
        reviewers: set.reviewers,
        next_review,
        enforcement: enforcement?,
        secrets: secrets?,
        valid_for,
        matching,
        contacts: set.contacts,
        links: set.links,
        plugins,
        signers,
        stages,
        break_glass,
        notify,
        waivers,
        permits: permits?,
        operations,
        rollbacks,
        on,
        maintenance,
        shadow_of,
        team_may_set,
        json: positions.to_json(),
        layers: Vec::new(),
        positions,
    })
}

fn permits(reader: &mut Reader<'_>, rules: &raw::Permits) -> Option<PermitRules> {
    let words = [("required", ArtifactRule::Required), ("optional", ArtifactRule::Optional)];
    let artifacts = reader.word("/permits/artifacts", rules.artifacts.as_deref(), &words)?;
    Some(PermitRules { artifacts, single_use: rules.single_use })
}

fn people(reader: &mut Reader<'_>, set: &raw::Set) {
    reader.line("/owner", &set.owner);
    for (index, reviewer) in set.reviewers.iter().enumerate() {
        reader.line(&format!("/reviewers/{index}"), reviewer);
    }
    for (directory, entries) in [("contacts", &set.contacts), ("links", &set.links)] {
        for (name, value) in entries {
            let pointer = format!("/{directory}/{}", crate::document::escaped(name));
            reader.line(&pointer, name);
            reader.line(&pointer, value);
        }
    }
}

pub(super) fn globs(reader: &mut Reader<'_>, pointer: &str, texts: &[String]) -> Vec<Glob> {
    let read = |(index, text): (usize, &String)| reader.text(&format!("{pointer}/{index}"), text, Glob::parse);
    let mut globs: Vec<Glob> = texts.iter().enumerate().filter_map(read).collect();
    globs.sort();
    globs.dedup();
    globs
}

fn break_glass(reader: &mut Reader<'_>, rules: &raw::BreakGlass, stages: &[Stage]) -> BreakGlassRules {
    BreakGlassRules {
        minimum_evidence: stage_ids(reader, "/break_glass/minimum_evidence", &rules.minimum_evidence, stages),
        never: stage_ids(reader, "/break_glass/never", &rules.never, stages),
        second_human: match rules.second_human {
            Some(true) | None => SecondHuman::Required,
            Some(false) => SecondHuman::NotRequired,
        },
        valid_for: reader.span("/break_glass/valid_for", rules.valid_for.as_deref()).unwrap_or(VALID_FOR_DEFAULT),
        quota: rules.quota.as_ref().and_then(|quota| {
            let within = reader.span("/break_glass/quota/within", Some(&quota.within))?;
            Some(Quota { per_person: quota.per_person, per_service: quota.per_service, within })
        }),
        obligations: obligations::obligations(reader, &rules.obligations),
    }
}

/// In the order of the file, which is the order in which they are shown.
fn notify(reader: &mut Reader<'_>, names: &[String], contacts: &BTreeMap<String, String>) -> Vec<String> {
    for (index, name) in names.iter().enumerate() {
        operations::among(reader, &format!("/break_glass/notify/{index}"), name, "contacts", contacts);
    }
    names.to_vec()
}

fn stage_ids(reader: &mut Reader<'_>, pointer: &str, texts: &[String], stages: &[Stage]) -> Vec<StageId> {
    let known = |text: &str| stages.iter().find(|stage| stage.id.as_str() == text);
    let mut ids = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match known(text) {
            Some(stage) => ids.push(stage.id.clone()),
            None => {
                let near = nearest(text, stages.iter().map(|stage| stage.id.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                reader.mistake(&format!("{pointer}/{index}"), format!("there is no stage {}", quoted(text)), hint);
            }
        }
    }
    ids
}
