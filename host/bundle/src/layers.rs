//! Layers: overrides of a policy set for some environments, and for some services in them.
//!
//! The base set comes first, then the overrides for the environment, then those for the services; several of one layer in
//! order of their names. What follows the base may only tighten it, except where the base says `team_may_set`.
//!
//! **Invariant:** nothing is taken for stricter that is not known to be: what no table and no annotation speaks of cannot be
//! changed by a lower layer.

pub(crate) mod apply;
pub(crate) mod between;
pub(crate) mod bounds;
pub(crate) mod compare;
mod layered;
pub(crate) mod path;
mod schema;
mod settings;
mod stage_mode;
mod table;
pub(crate) mod tighten;

use crate::{
    document::{Mistake, Position, Positions},
    matching::Match,
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt, sync::Arc};
use tidegate_core::{
    deployment::Deployment,
    digest::Digest,
    name::{EnvironmentName, PluginName, PolicySetId, ServiceName},
};

/// Overrides in one bundle, at most.
pub const OVERRIDES_MAX: usize = 256;

/// Which layer a value comes from. Later ones come over earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The policy set itself.
    Base,
    /// An override for environments.
    Environment,
    /// An override for services.
    Service,
}

impl Layer {
    /// The word used in JSON and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Environment => "environment",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One override as its file says it.
#[derive(Debug)]
pub struct Override {
    /// Its name, unique among all overrides that are loaded together.
    pub id: String,
    /// The policy set that it changes.
    pub of: PolicySetId,
    /// Who is answerable for it.
    pub owner: String,
    /// Why it is there.
    pub reason: String,
    /// [`Layer::Environment`] or [`Layer::Service`].
    pub layer: Layer,
    /// The deployments that it is for; of an environment's, those of every service.
    pub matching: Match,
    /// What it changes, in the shape of the set; stages and their evidence by name.
    pub(crate) changes: Map<String, Value>,
    pub(crate) positions: Arc<Positions>,
    canonical: String,
    digest: Digest,
}

impl Override {
    pub(crate) fn new(
        (id, of): (String, PolicySetId),
        (owner, reason): (String, String),
        (layer, matching): (Layer, Match),
        positions: Arc<Positions>,
    ) -> Self {
        let whole = positions.to_json();
        let canonical = crate::canonical::text(&whole);
        let changes = match whole {
            Value::Object(whole) => {
                whole.into_iter().filter(|(key, _)| apply::CHANGES.contains(&key.as_str())).collect()
            }
            _ => Map::new(),
        };
        let digest = Digest::of(canonical.as_bytes());
        Self { id, of, owner, reason, layer, matching, changes, positions, canonical, digest }
    }

    /// The file it was read from, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        self.positions.file()
    }

    /// Of everything it says.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The JSON that [`Self::digest`] is of.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether it speaks of a deployment of these services into that environment: it has to match every one of them.
    #[must_use]
    pub fn fits(&self, environment: &EnvironmentName, services: &[ServiceName]) -> bool {
        let of_services = match self.layer {
            Layer::Base | Layer::Environment => true,
            Layer::Service => {
                !services.is_empty() && services.iter().all(|service| self.matching.fits_service(service))
            }
        };
        of_services && self.matching.fits_environment(environment)
    }

    /// As [`Self::fits`].
    #[must_use]
    pub fn fits_deployment(&self, deployment: &Deployment) -> bool {
        let services = deployment.service_names();
        self.fits(deployment.environment(), &services)
    }

    /// A mistake at a value of its file, or at the innermost list or mapping on the way to it.
    pub(crate) fn mistake(&self, pointer: &str, message: String, hint: Option<String>) -> Mistake {
        let Position { line, column } = self.positions.at(pointer);
        Mistake { file: self.file().to_owned(), line, column, pointer: pointer.to_owned(), message, hint }
    }

    /// As [`Self::mistake`], at the key.
    pub(crate) fn mistake_at_key(&self, pointer: &str, message: String, hint: Option<String>) -> Mistake {
        let Position { line, column } = self.positions.key_at(pointer);
        Mistake { file: self.file().to_owned(), line, column, pointer: pointer.to_owned(), message, hint }
    }
}

/// The schemas of plugins' settings, which say by `x-stricter` which values are stricter than others: known only to whoever
/// loaded the plugins.
pub trait SettingsSchemas {
    /// The JSON Schema of the settings of the plugin that `set` names so. `None`: nothing is known, so no override may change them.
    fn of(&self, set: &PolicySetId, plugin: &PluginName) -> Option<&Value>;
}

/// Nothing is known of any plugin's settings.
#[derive(Debug, Clone, Copy)]
pub struct NoSchemas;

impl SettingsSchemas for NoSchemas {
    fn of(&self, _: &PolicySetId, _: &PluginName) -> Option<&Value> {
        None
    }
}

/// Schemas by set and plugin.
#[derive(Debug, Clone, Default)]
pub struct Schemas(pub BTreeMap<(PolicySetId, PluginName), Arc<Value>>);

impl SettingsSchemas for Schemas {
    fn of(&self, set: &PolicySetId, plugin: &PluginName) -> Option<&Value> {
        self.0.get(&(set.clone(), plugin.clone())).map(|schema| &**schema)
    }
}
