//! A policy set with everything filled in, in the shape of its file: what its digest is of, and what `effective` shows.

use crate::{
    key,
    layers::{Override, bounds::Bound},
    sources::{Known, PluginSource, SetSource},
    waivers::Agreement,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, time::Duration};
use tidegate_core::{
    break_glass::SecondHuman,
    digest::Digest,
    name::PluginName,
    obligation::ObligationRule,
    permit::{ArtifactRule, PermitRules},
    policy::{Bind, EmptyScan, Enforcement, Mode, OnError, Per, Requirement, Secrets, Stage, Vouched},
    time::{Timestamp, in_words},
};

/// Raised when the same file would mean something else.
const FORM_VERSION: u32 = 1;

/// Everything that the set says and its plugins are. Where files lie is not a part of it, nor what is only written down as a
/// precaution (a pinned digest is either the plugin's or refused, and so are signatures that are asked for).
pub(crate) fn canonical(set: &SetSource, plugins: &BTreeMap<PluginName, Digest>) -> Value {
    let mut whole = body(set);
    let entries = plugins.iter().map(|(name, digest)| {
        let mut entry = Map::new();
        entry.insert("digest".to_owned(), json!(digest.to_string()));
        granted(&mut entry, set.plugins.get(name));
        (name.to_string(), Value::Object(entry))
    });
    whole.insert("plugins".to_owned(), Value::Object(entries.collect()));
    let mut known = set.signers.clone();
    known.sort_by(|a, b| (a.signer(), a).cmp(&(b.signer(), b)));
    whole.insert("signers".to_owned(), signers(&known));
    if !set.layers.is_empty() {
        whole.insert("overrides".to_owned(), set.layers.iter().map(|layer| layered(layer)).collect());
    }
    whole.insert("v".to_owned(), json!(FORM_VERSION));
    Value::Object(whole)
}

/// The same for people: also where plugins lie.
pub(crate) fn shown(set: &SetSource, plugins: &BTreeMap<PluginName, Digest>) -> Value {
    let mut whole = body(set);
    let plugins = set.plugins.iter().map(|(name, plugin)| {
        let mut entry = Map::new();
        entry.insert(plugin.key().to_owned(), json!(plugin.written));
        if let Some(who) = plugin.registry.as_ref().and_then(|registry| registry.who.as_ref()) {
            entry.insert(
                "verify".to_owned(),
                json!({ (who.word()): who.names().iter().map(|name| &**name).collect::<Vec<_>>() }),
            );
        }
        if let Some(pinned) = plugin.sha256 {
            entry.insert("sha256".to_owned(), json!(pinned.hex()));
        }
        entry.insert("digest".to_owned(), json!(plugins.get(name).map(ToString::to_string)));
        granted(&mut entry, Some(plugin));
        (name.to_string(), Value::Object(entry))
    });
    whole.insert("plugins".to_owned(), Value::Object(plugins.collect()));
    Value::Object(whole)
}

/// What a plugin is granted, where it is granted anything.
fn granted(entry: &mut Map<String, Value>, plugin: Option<&PluginSource>) {
    if let Some(word) = plugin.and_then(|plugin| plugin.wasi.word()) {
        entry.insert("wasi".to_owned(), json!(word));
    }
}

/// A layer is in force by somebody's word, for a reason: that is a part of what decides, and so of the digest.
fn layered(layer: &Override) -> Value {
    json!({
        "override": layer.id,
        "layer": layer.layer.word(),
        "owner": layer.owner,
        "reason": layer.reason,
        "digest": layer.digest().to_string(),
    })
}

/// Everything that the set says itself, in the shape of its file.
pub(crate) fn body(set: &SetSource) -> Map<String, Value> {
    let globs = |globs: &[crate::glob::Glob]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut whole = Map::new();
    whole.insert("policy_set".to_owned(), json!(set.id.as_str()));
    whole.insert("version".to_owned(), json!(set.version.as_str()));
    whole.insert("owner".to_owned(), json!(set.owner));
    whole.insert("reviewers".to_owned(), json!(set.reviewers));
    whole.insert("next_review".to_owned(), json!(set.next_review.as_ref().map(|(day, _)| day)));
    whole.insert("enforcement".to_owned(), json!(enforcement(set.enforcement)));
    whole.insert("valid_for".to_owned(), json!(in_words(set.valid_for)));
    let environments = globs(&set.matching.environments);
    whole
        .insert("match".to_owned(), json!({ "environments": environments, "services": globs(&set.matching.services) }));
    whole.insert("contacts".to_owned(), json!(set.contacts));
    whole.insert("links".to_owned(), json!(set.links));
    whole.insert("signers".to_owned(), signers(&set.signers));
    whole.insert("stages".to_owned(), set.stages.iter().map(stage).collect());
    let rules = set.break_glass.as_ref().map(|rules| {
        let ids = |ids: &[tidegate_core::name::StageId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut written = json!({
            "minimum_evidence": ids(&rules.minimum_evidence),
            "never": ids(&rules.never),
            "second_human": rules.second_human == SecondHuman::Required,
            "valid_for": in_words(rules.valid_for),
        });
        if let Some(quota) = rules.quota {
            written["quota"] = json!({
                "per_person": quota.per_person,
                "per_service": quota.per_service,
                "within": in_words(quota.within),
            });
        }
        // Only where there are some: sets of before keep their digests.
        if !rules.obligations.is_empty() {
            written["obligations"] = Value::Object(rules.obligations.iter().map(obligation).collect());
        }
        if !set.notify.is_empty() {
            written["notify"] = json!(set.notify);
        }
        written
    });
    whole.insert("break_glass".to_owned(), json!(rules));
    whole.extend(set.operations.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    // Only where there is one: sets of before keep their digests.
    if let Some(rules) = &set.waivers {
        let narrow: Vec<String> = rules.narrow.iter().map(ToString::to_string).collect();
        let mut said = json!({ "max_lifetime": in_words(rules.max_lifetime), "narrow": narrow });
        if rules.agreement == Agreement::Recorded {
            said["agreement"] = json!("recorded");
        }
        whole.insert("waivers".to_owned(), said);
    }
    if set.permits != PermitRules::default() {
        let optional = set.permits.artifacts == ArtifactRule::Optional;
        let artifacts = if optional { "optional" } else { "required" };
        let rules = json!({ "artifacts": artifacts, "single_use": set.permits.single_use });
        whole.insert("permits".to_owned(), rules);
    }
    if set.secrets == Secrets::Refuse {
        whole.insert("secrets".to_owned(), json!("refuse"));
    }
    if let Some(of) = &set.shadow_of {
        whole.insert("shadow_of".to_owned(), json!(of.as_str()));
    }
    if !set.team_may_set.is_empty() {
        whole.insert("team_may_set".to_owned(), set.team_may_set.iter().map(Bound::to_json).collect());
    }
    whole
}

fn obligation(rule: &ObligationRule) -> (String, Value) {
    let value = json!({ "owner": &*rule.owner, "within": in_words(rule.within), "grace": in_words(rule.grace) });
    (rule.kind.word().to_owned(), value)
}

/// Keys and roots in one form, however their file writes them.
fn signers(known: &[Known]) -> Value {
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let entry = |known: &Known| {
        let (mut entry, window) = match known {
            Known::Key(key) => (json!({ "key": key::text(&key.spki) }), key.window),
            Known::Identity(identity, root) => {
                let (issuer, subject) = (&*identity.issuer, &*identity.subject);
                (
                    json!({ "sigstore": { "issuer": issuer, "identity": subject, "trusted_root": root } }),
                    identity.window,
                )
            }
        };
        entry["not_before"] = json!(moment(window.not_before));
        entry["not_after"] = json!(moment(window.not_after));
        entry
    };
    let of_one = |known: &[Known]| Some((known.first()?.signer().to_string(), known.iter().map(entry).collect()));
    Value::Object(known.chunk_by(|a, b| a.signer() == b.signer()).filter_map(of_one).collect())
}

fn stage(stage: &Stage) -> Value {
    // Settings were JSON when they were read; if they were not, their text is still a part of the digest.
    let settings = serde_json::from_str(&stage.settings).unwrap_or_else(|_| json!(&*stage.settings));
    json!({
        "id": stage.id.as_str(),
        "title": &*stage.title,
        "plugin": stage.plugin.as_str(),
        "per": per(stage.per),
        "weight": stage.weight,
        "mode": mode(stage.mode),
        "effective_from": stage.effective_from.map(|at| at.to_string()),
        "optional": stage.optional,
        "on_error": on_error(stage.on_error),
        "budget": span(stage.budget),
        "evidence": stage.evidence.iter().map(requirement).collect::<Vec<_>>(),
        "empty_scan": empty_scan(stage.empty_scan),
        "baseline": stage.baseline,
        "settings": settings,
    })
}

fn requirement(requirement: &Requirement) -> Value {
    json!({
        "name": requirement.name.as_str(),
        "documents": { "min": requirement.documents_min, "max": requirement.documents_max },
        "max_age": span(requirement.max_age),
        "bind": bind(requirement.bind),
        "vouched": vouched(requirement.vouched),
        "trust": { "signers": names(&requirement.trust.signers), "authors": names(&requirement.trust.authors) },
    })
}

fn span(span: Option<Duration>) -> Option<String> {
    span.map(in_words)
}

fn enforcement(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Enforce => "enforce",
        Enforcement::Advisory => "advisory",
    }
}

fn per(per: Per) -> &'static str {
    match per {
        Per::Deployment => "deployment",
        Per::Service => "service",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Block => "block",
        Mode::Warn => "warn",
        Mode::Monitor => "monitor",
        Mode::Off => "off",
    }
}

fn on_error(on_error: OnError) -> &'static str {
    match on_error {
        OnError::Block => "block",
        OnError::Warn => "warn",
    }
}

fn empty_scan(empty_scan: EmptyScan) -> &'static str {
    match empty_scan {
        EmptyScan::Incomplete => "incomplete",
        EmptyScan::Clean => "clean",
    }
}

fn names(names: &[std::sync::Arc<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

fn bind(bind: Bind) -> &'static str {
    match bind {
        Bind::Artifact => "artifact",
        Bind::Revision => "revision",
        Bind::None => "none",
    }
}

fn vouched(vouched: Vouched) -> &'static str {
    match vouched {
        Vouched::Person => "person",
        Vouched::Signature => "signature",
        Vouched::Uploader => "uploader",
        Vouched::None => "none",
    }
}
