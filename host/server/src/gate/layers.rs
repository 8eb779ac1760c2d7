//! Policy sets with the overrides over them that a deployment calls for.
//!
//! Each override was looked at alone, and with those of the layer above that touch the same, when the policies were loaded. What
//! several make together is looked at when a deployment first calls for it, and kept: there are as many combinations as overlapping
//! `match`es allow, and few of them ever occur.

use crate::gate::plugins::Active;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tidegate_bundle::{
    bundle::LoadedSet,
    document::Mistake,
    layers::{Override, Schemas},
};
use tidegate_core::{
    name::{EnvironmentName, PolicySetId, ServiceName},
    policy::PolicySet,
};
use tidegate_engine::engine::Engine;

/// Combinations that are kept, at most; others are put together each time.
const KEPT_MAX: usize = 1_024;

/// A policy set as it applies to some deployment.
#[derive(Debug, Clone)]
pub struct Effective {
    /// As decisions need it.
    pub policy: Arc<PolicySet>,
    /// The set with its layers; `None`: it is the base set itself.
    pub layered: Option<Arc<LoadedSet>>,
}

/// Overrides that make no sound policy set together. The operator's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the overrides {} make no sound policy set together: {}", names(.overrides), lines(.mistakes))]
pub struct UnsoundLayers {
    /// Their names, in the order in which they apply.
    pub overrides: Vec<String>,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
}

fn names(overrides: &[String]) -> String {
    overrides.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| mistake.to_string().replace('\n', "; ")).collect::<Vec<_>>().join("; ")
}

type Key = (PolicySetId, Vec<String>);
type Known = Result<Effective, UnsoundLayers>;

/// What was put together so far.
#[derive(Debug, Default)]
pub struct Combinations(Mutex<BTreeMap<Key, Known>>);

impl Combinations {
    /// Nothing that is done under the lock can leave the map half changed.
    fn known(&self) -> MutexGuard<'_, BTreeMap<Key, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, key: Key, found: &Known) {
        let mut known = self.known();
        if known.len() < KEPT_MAX {
            known.insert(key, found.clone());
        }
    }
}

impl Active {
    /// The set with the overrides over it that apply to these services in this environment.
    pub fn effective(
        &self,
        engine: &Engine,
        loaded: &LoadedSet,
        environment: &EnvironmentName,
        services: &[ServiceName],
    ) -> Result<Effective, UnsoundLayers> {
        let layers = self.bundle().layers_of(loaded, environment, services);
        if layers.is_empty() {
            return Ok(Effective { policy: self.policy(loaded), layered: None });
        }
        let key = (loaded.set.id.clone(), layers.iter().map(|layer| layer.id.clone()).collect::<Vec<_>>());
        if let Some(known) = self.combinations().known().get(&key) {
            return known.clone();
        }
        let found =
            self.with(engine, loaded, &layers).map_err(|mistakes| UnsoundLayers { overrides: key.1.clone(), mistakes });
        let found =
            found.map(|layered| Effective { policy: Arc::new(layered.set.clone()), layered: Some(Arc::new(layered)) });
        self.combinations().keep(key, &found);
        found
    }

    /// The set alone, and with each of its overrides over it.
    #[must_use]
    pub fn variants(&self, set: &LoadedSet) -> Vec<LoadedSet> {
        let of_set = self.bundle().overrides().iter().filter(|layer| layer.of == set.set.id);
        let layered = of_set.filter_map(|layer| set.with(std::slice::from_ref(layer), self.schemas()).ok());
        set.with(&[], self.schemas()).into_iter().chain(layered).collect()
    }

    /// The set with these layers over it, found good by the plugins that judge by it.
    fn with(&self, engine: &Engine, loaded: &LoadedSet, layers: &[Arc<Override>]) -> Result<LoadedSet, Vec<Mistake>> {
        let layered = loaded.with(layers, self.schemas())?;
        let mistakes = self.settings_mistakes(engine, &layered);
        if mistakes.is_empty() { Ok(layered) } else { Err(mistakes) }
    }

    /// What plugins find wrong with the settings of each override alone over its set.
    pub(super) fn settings_of_overrides(&self, engine: &Engine) -> Vec<Mistake> {
        let alone = |layer: &Arc<Override>| {
            let set = self.bundle().set(&layer.of)?;
            self.with(engine, set, std::slice::from_ref(layer)).err()
        };
        self.bundle().overrides().iter().filter_map(alone).flatten().collect()
    }
}

/// The schemas of the settings of loaded plugins, by the sets that name them.
pub(super) fn schemas<'a>(
    plugins: impl Iterator<Item = (&'a (PolicySetId, tidegate_core::name::PluginName), &'a super::plugins::Loaded)>,
) -> Schemas {
    let schema = |loaded: &super::plugins::Loaded| Arc::new(loaded.plugin.description.settings_schema.clone());
    Schemas(plugins.map(|(key, loaded)| (key.clone(), schema(loaded))).collect())
}
