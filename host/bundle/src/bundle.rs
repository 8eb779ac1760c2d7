//! Policy sets with their plugins' digests known: what decisions are made by.

use crate::{
    canonical,
    document::Mistake,
    identities::Identities,
    layers::{NoSchemas, Override, SettingsSchemas},
    maintenance::MaintenanceRules,
    matching::Match,
    occasions::Occasion,
    resolved,
    rollbacks::RollbackRules,
    sources::{
        Known, SetSource, Sources,
        watching::{CANARY, OF_THE_GATE},
    },
    troubleshooting::Guide,
    waivers::WaiverOf,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId, StageId},
    permit::PermitRules,
    policy::PolicySet,
    signer::Signers,
    waiver::Waiver,
};

/// All policy sets that are loaded together. No two of them fit the same deployment.
#[derive(Debug)]
pub struct Bundle {
    sets: Vec<LoadedSet>,
    shadows: Vec<LoadedSet>,
    guide: Guide,
    identities: Identities,
    overrides: Vec<Arc<Override>>,
    waivers: Vec<Arc<WaiverOf>>,
    waivers_by_set: BTreeMap<PolicySetId, Arc<[Waiver]>>,
    canonical: String,
    digest: Digest,
}

/// A policy set and what goes with it.
#[derive(Debug)]
pub struct LoadedSet {
    /// As decisions need it.
    pub set: PolicySet,
    /// Who is answerable for it.
    pub owner: String,
    /// Who looks at changes of it.
    pub reviewers: Vec<String>,
    /// Whom to ask, by name.
    pub contacts: BTreeMap<String, String>,
    /// Names among the contacts: who is told at once that a deployment was forced. No layer changes it.
    pub notify: Vec<String>,
    /// Where to look, by name.
    pub links: BTreeMap<String, String>,
    /// The deployments it is for.
    pub matching: Match,
    /// Whose signatures over documents it knows.
    pub signers: Arc<Signers>,
    /// The set that it is a candidate beside; `None`: it decides itself.
    pub shadow_of: Option<PolicySetId>,
    /// What it asks of permits.
    pub permits: PermitRules,
    /// How it undoes deployments; `None`: it says nothing of that. No layer changes it.
    pub rollbacks: Option<RollbackRules>,
    /// The orders that programs are given on decisions, as the configuration names them. No layer changes them.
    pub on: BTreeMap<Occasion, String>,
    /// What it says of maintenance; `None`: it says nothing of that. No layer changes it.
    pub maintenance: Option<MaintenanceRules>,
    /// Its plugins' components.
    pub plugins: BTreeMap<PluginName, Digest>,
    canonical: String,
    pub(crate) shown: Value,
    pub(crate) source: Arc<SetSource>,
}

impl Sources {
    /// As [`Self::resolve_with`], where no plugin's schema is known: an override that changes settings is a mistake.
    pub fn resolve(&self, digests: &BTreeMap<(PolicySetId, PluginName), Digest>) -> Result<Bundle, Vec<Mistake>> {
        self.resolve_with(digests, &NoSchemas)
    }

    /// With the digest of each plugin's component, by set and name, and the schema of its settings. A plugin without a digest, or
    /// with another than the set pins, is a mistake; an override that loosens what it lies over is one too.
    pub fn resolve_with(
        &self,
        digests: &BTreeMap<(PolicySetId, PluginName), Digest>,
        schemas: &dyn SettingsSchemas,
    ) -> Result<Bundle, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        for plugin in self.plugins() {
            match digests.get(&(plugin.set.clone(), plugin.name.clone())) {
                None => mistakes.push(plugin.mistake(&format!("plugin `{}` was not loaded", plugin.name), None)),
                Some(found) => mistakes.extend(plugin.unfit(*found)),
            }
        }
        mistakes.extend(self.unsound_layers(schemas));
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let of = |set: &SetSource| {
            let digest = |name: &PluginName| digests.get(&(set.id.clone(), name.clone())).copied();
            set.plugins.keys().filter_map(|name| Some((name.clone(), digest(name)?))).collect()
        };
        let sets = self.sets.iter().map(|set| LoadedSet::new(Arc::clone(set), of(set))).collect();
        let bundle = Bundle::new(sets, self.overrides.clone(), self.waivers.clone(), self.identities.clone());
        Ok(Bundle { guide: self.guide.clone(), ..bundle })
    }
}

impl Bundle {
    fn new(
        all: Vec<LoadedSet>,
        overrides: Vec<Arc<Override>>,
        waivers: Vec<Arc<WaiverOf>>,
        identities: Identities,
    ) -> Self {
        let (sets, shadows): (Vec<_>, Vec<_>) = all.into_iter().partition(|set| set.shadow_of.is_none());
        let member = |s: &LoadedSet| json!({ "policy_set": s.set.id.as_str(), "digest": s.set.digest.to_string() });
        let mut whole = json!({ "v": 1, "sets": sets.iter().map(member).collect::<Vec<_>>() });
        if !shadows.is_empty() {
            whole["shadows"] = shadows.iter().map(member).collect();
        }
        if !overrides.is_empty() {
            let member =
                |o: &Arc<Override>| json!({ "override": o.id, "of": o.of.as_str(), "digest": o.digest().to_string() });
            whole["overrides"] = overrides.iter().map(member).collect();
        }
        if !waivers.is_empty() {
            whole["waivers"] = waivers.iter().map(|waiver| waiver.canonical()).collect();
        }
        if !identities.people().all().is_empty() {
            whole["people"] = identities.people().canonical_form();
        }
        let canonical = canonical::text(&whole);
        let digest = Digest::of(canonical.as_bytes());
        let of_one = |some: &[Arc<WaiverOf>]| {
            Some((some.first()?.of.clone(), some.iter().map(|one| one.waiver.clone()).collect()))
        };
        // In order of set and name: those of one set lie together.
        let waivers_by_set = waivers.chunk_by(|a, b| a.of == b.of).filter_map(of_one).collect();
        let guide = Guide::default();
        Self { sets, shadows, overrides, waivers, waivers_by_set, guide, identities, canonical, digest }
    }

    /// Those that decide, in order of their names.
    #[must_use]
    pub fn sets(&self) -> &[LoadedSet] {
        &self.sets
    }

    /// The set of that name.
    #[must_use]
    pub fn set(&self, id: &PolicySetId) -> Option<&LoadedSet> {
        self.all_sets().find(|loaded| loaded.set.id == *id)
    }

    /// Candidates, in order of their names: they decide nothing.
    #[must_use]
    pub fn shadows(&self) -> &[LoadedSet] {
        &self.shadows
    }

    /// The candidates beside a set.
    pub fn shadows_of(&self, id: &PolicySetId) -> impl Iterator<Item = &LoadedSet> {
        self.shadows.iter().filter(move |shadow| shadow.shadow_of.as_ref() == Some(id))
    }

    /// Those that decide, then the candidates.
    pub fn all_sets(&self) -> impl Iterator<Item = &LoadedSet> {
        self.sets.iter().chain(&self.shadows)
    }

    /// Every waiver, in order of set and name.
    #[must_use]
    pub fn waivers(&self) -> &[Arc<WaiverOf>] {
        &self.waivers
    }

    /// Those of one set. Whether they count is asked at the moment of a decision.
    #[must_use]
    pub fn waivers_of(&self, id: &PolicySetId) -> Arc<[Waiver]> {
        self.waivers_by_set.get(id).map_or_else(|| Arc::from([]), Arc::clone)
    }

    /// What people do about problems; empty where there is none. It decides nothing and is no part of the digest.
    #[must_use]
    pub fn guide(&self) -> &Guide {
        &self.guide
    }

    /// Issuers of identity tokens, and people. Who is the same person is a part of the digest, since decisions depend on it; whose
    /// tokens count says who asks and is none. The record of an activation keeps the file with the others.
    #[must_use]
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// In order of layer and name, which is the order in which they apply.
    #[must_use]
    pub fn overrides(&self) -> &[Arc<Override>] {
        &self.overrides
    }

    /// The canonical JSON of everything that [`Self::canonical`] names by its digest.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.all_sets().map(LoadedSet::canonical).chain(self.overrides.iter().map(|layer| layer.canonical()))
    }

    /// Of everything that the sets say and their plugins are.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The JSON that [`Self::digest`] is of: the sets' digests, by name.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

fn signers(known: &[Known]) -> Signers {
    let (mut keys, mut identities) = (Vec::new(), Vec::new());
    for one in known {
        match one {
            Known::Key(key) => keys.push(key.clone()),
            Known::Identity(identity, _) => identities.push(identity.clone()),
        }
    }
    Signers::new(keys).and(identities)
}

impl LoadedSet {
    pub(crate) fn new(source: Arc<SetSource>, plugins: BTreeMap<PluginName, Digest>) -> Self {
        let canonical = canonical::text(&resolved::canonical(&source, &plugins));
        let set = PolicySet {
            id: source.id.clone(),
            version: source.version.clone(),
            digest: Digest::of(canonical.as_bytes()),
            enforcement: source.enforcement,
            next_review: source.next_review.as_ref().map(|(_, end)| *end),
            valid_for: source.valid_for,
            stages: source.stages.clone(),
            break_glass: source.break_glass.clone(),
            secrets: source.secrets,
        };
        Self {
            set,
            owner: source.owner.clone(),
            reviewers: source.reviewers.clone(),
            contacts: source.contacts.clone(),
            notify: source.notify.clone(),
            links: source.links.clone(),
            matching: source.matching.clone(),
            signers: Arc::new(signers(&source.signers)),
            shadow_of: source.shadow_of.clone(),
            permits: source.permits,
            rollbacks: source.rollbacks.clone(),
            on: source.on.clone(),
            maintenance: source.maintenance.clone(),
            canonical,
            shown: resolved::shown(&source, &plugins),
            source,
            plugins,
        }
    }

    /// The file it was read from, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source.positions.file()
    }

    /// The overrides over it, in the order in which they apply.
    #[must_use]
    pub fn layers(&self) -> &[Arc<Override>] {
        &self.source.layers
    }

    /// A mistake that a plugin found in a stage's settings, where it stands. `None`: there is no such stage.
    #[must_use]
    pub fn mistake_in_settings(&self, stage: &StageId, pointer_in_settings: &str, message: &str) -> Option<Mistake> {
        self.source.mistake_in_settings(stage, pointer_in_settings, message)
    }

    /// What it says under one of the keys that speak of the time after a deployment, as it is written.
    #[must_use]
    pub fn operation(&self, key: &str) -> Option<&Value> {
        self.source.operations.get(key).filter(|part| !part.is_null())
    }

    /// What `rollback` says to the plugin that judges by it, as JSON: without the keys that are the gate's own, or what it says of a canary.
    #[must_use]
    pub fn rollback_settings(&self) -> Option<Value> {
        let mut settings = self.operation("rollback")?.clone();
        if let Some(canary) = settings.get_mut(CANARY) {
            return Some(canary.take());
        }
        if let Some(keys) = settings.as_object_mut() {
            keys.retain(|key, _| !OF_THE_GATE.contains(&key.as_str()));
        }
        Some(settings)
    }

    /// A mistake in `verification`, where it stands.
    #[must_use]
    pub fn mistake_in_verification(&self, message: &str) -> Mistake {
        self.source.mistake("/verification", format!("`verification`: {message}"), None)
    }

    /// A mistake that a plugin found in what a key says to it, where it stands.
    #[must_use]
    pub fn mistake_in(&self, key: &str, pointer: &str, message: &str) -> Mistake {
        let is_canary = key == "rollback" && self.operation(key).is_some_and(|rollback| rollback.get(CANARY).is_some());
        let (within, what) = if is_canary { ("rollback/canary", CANARY) } else { (key, key) };
        self.source.mistake(&format!("/{within}{pointer}"), format!("`{what}`: {message}"), None)
    }

    /// The JSON that the set's digest is of: everything it says, with every default filled in and every plugin's digest.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}
