//! Policy sets with their plugins' digests known: what decisions are made by.

use crate::{
    canonical,
    document::{Mistake, Positions},
    matching::Match,
    resolved,
    sources::{Known, SetSource, Sources},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId},
    policy::PolicySet,
    signer::Signers,
};

/// All policy sets that are loaded together. No two of them fit the same deployment.
#[derive(Debug)]
pub struct Bundle {
    sets: Vec<LoadedSet>,
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
    /// Where to look, by name.
    pub links: BTreeMap<String, String>,
    /// The deployments it is for.
    pub matching: Match,
    /// Whose signatures over documents it knows.
    pub signers: Arc<Signers>,
    /// Its plugins' components.
    pub plugins: BTreeMap<PluginName, Digest>,
    canonical: String,
    pub(crate) shown: Value,
    pub(crate) positions: Arc<Positions>,
}

impl Sources {
    /// With the digest of each plugin's component, by set and name. A plugin without one, or with another than the set pins,
    /// is a mistake.
    pub fn resolve(&self, digests: &BTreeMap<(PolicySetId, PluginName), Digest>) -> Result<Bundle, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        for plugin in self.plugins() {
            match (digests.get(&(plugin.set.clone(), plugin.name.clone())), plugin.sha256) {
                (None, _) => mistakes.push(plugin.mistake(&format!("plugin `{}` was not loaded", plugin.name), None)),
                (Some(found), Some(pinned)) if *found != pinned => {
                    let message = format!("plugin `{}` is another component: {found}, pinned is {pinned}", plugin.name);
                    mistakes.push(plugin.mistake(&message, Some("look at what changed before you change `sha256`")));
                }
                (Some(_), _) => {}
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let of = |set: &SetSource| {
            let digest = |name: &PluginName| digests.get(&(set.id.clone(), name.clone())).copied();
            set.plugins.keys().filter_map(|name| Some((name.clone(), digest(name)?))).collect()
        };
        Ok(Bundle::new(self.sets.iter().map(|set| LoadedSet::new(set, of(set))).collect()))
    }
}

impl Bundle {
    fn new(sets: Vec<LoadedSet>) -> Self {
        let members: Vec<Value> = sets
            .iter()
            .map(|s| json!({ "policy_set": s.set.id.as_str(), "digest": s.set.digest.to_string() }))
            .collect();
        let canonical = canonical::text(&json!({ "v": 1, "sets": members }));
        let digest = Digest::of(canonical.as_bytes());
        Self { sets, canonical, digest }
    }

    /// In order of their names.
    #[must_use]
    pub fn sets(&self) -> &[LoadedSet] {
        &self.sets
    }

    /// The set of that name.
    #[must_use]
    pub fn set(&self, id: &PolicySetId) -> Option<&LoadedSet> {
        self.sets.iter().find(|loaded| loaded.set.id == *id)
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
    fn new(source: &SetSource, plugins: BTreeMap<PluginName, Digest>) -> Self {
        let canonical = canonical::text(&resolved::canonical(source, &plugins));
        let set = PolicySet {
            id: source.id.clone(),
            version: source.version.clone(),
            digest: Digest::of(canonical.as_bytes()),
            enforcement: source.enforcement,
            next_review: source.next_review.as_ref().map(|(_, end)| *end),
            valid_for: source.valid_for,
            stages: source.stages.clone(),
            break_glass: source.break_glass.clone(),
        };
        Self {
            set,
            owner: source.owner.clone(),
            reviewers: source.reviewers.clone(),
            contacts: source.contacts.clone(),
            links: source.links.clone(),
            matching: source.matching.clone(),
            signers: Arc::new(signers(&source.signers)),
            canonical,
            shown: resolved::shown(source, &plugins),
            positions: Arc::clone(&source.positions),
            plugins,
        }
    }

    /// The file it was read from, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        self.positions.file()
    }

    /// The JSON that the set's digest is of: everything it says, with every default filled in and every plugin's digest.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}
