//! The plugins of a bundle: loaded, described, and their settings found good, before anything is judged by them.

mod afterwards;
mod load;

use crate::{
    api::problem::PlacedError,
    config::policies::PoliciesError,
    gate::{
        bundles::BundleError,
        error::placed,
        layers::{self, Combinations},
        material::{
            Material,
            kept::{self, Signed},
        },
        verifications,
    },
    identity::oidc::issuers::Issuers,
    registries::Registries,
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tidegate_bundle::{
    bundle::{Bundle, LoadedSet},
    document::Mistake,
    layers::Schemas,
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId, RuleId},
    policy::PolicySet,
};
use tidegate_engine::{engine::Engine, plugin::Plugin};

/// Plugins by the set that names them, and the name it gives them.
type Plugins = BTreeMap<(PolicySetId, PluginName), Loaded>;

/// Mistakes that are listed to a caller, at most; the rest is counted.
const LISTED_MAX: usize = 1_000;

/// A bundle with its plugins.
#[derive(Debug)]
pub struct Active {
    bundle: Bundle,
    policies: BTreeMap<PolicySetId, Arc<PolicySet>>,
    plugins: Plugins,
    schemas: Schemas,
    combinations: Combinations,
    sources: Arc<[u8]>,
    signed: Option<Arc<Signed>>,
    issuers: Issuers,
}

/// A plugin as a policy set names it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Ready to be asked.
    pub plugin: Arc<Plugin>,
    /// The rules that it declares.
    pub rules: Arc<[RuleId]>,
    /// Its component, for the record.
    pub component: Arc<[u8]>,
}

/// Whether a set has to say which bytes its plugins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinning {
    /// A plugin without `sha256` is a mistake.
    Required,
    /// It is not: for development, and for advice.
    Optional,
}

/// Why the policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The files cannot be listed.
    #[error(transparent)]
    Files(#[from] PoliciesError),
    /// Everything that is wrong with them, at once.
    #[error("{}", lines(.0))]
    Mistakes(Vec<Mistake>),
    /// They are a bundle that may not come into force.
    #[error("bundle: {0}")]
    Bundle(#[from] BundleError),
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl PolicyError {
    /// Every mistake and its place: `file:line:column`.
    #[must_use]
    pub fn placed(&self) -> Vec<PlacedError> {
        let mistakes = match self {
            Self::Files(error) => return vec![placed("policies", error)],
            Self::Bundle(error) => return vec![placed("bundle", error)],
            Self::Mistakes(mistakes) => mistakes,
        };
        let one = |mistake: &Mistake| {
            let hint = mistake.hint.as_ref().map(|hint| format!("; hint: {hint}")).unwrap_or_default();
            let place = format!("{}:{}:{}", mistake.file, mistake.line, mistake.column);
            placed(place, format!("{}{hint}", mistake.message))
        };
        let mut listed: Vec<PlacedError> = mistakes.iter().take(LISTED_MAX).map(one).collect();
        if mistakes.len() > LISTED_MAX {
            let message = format!("and more: {} mistakes, {LISTED_MAX} listed", mistakes.len());
            listed.push(placed("policies", message));
        }
        listed
    }
}

impl Active {
    /// Reads these policy files (or the files of these folders) and loads the plugins that they name, pinned or not; those in registries
    /// as this user may pull them.
    pub fn load(engine: &Engine, paths: &[PathBuf]) -> Result<Self, PolicyError> {
        let registries = Registries::of_this_user();
        let material = Material::read(paths, engine.limits().component_bytes_max, &mut registries.pulling())?;
        Self::assemble(engine, &material, Pinning::Optional, None)
    }

    /// Loads the plugins of files that were read; those that are loaded already `before` are not loaded again. Every mistake at
    /// once, in the order of the files.
    pub fn assemble(
        engine: &Engine,
        material: &Material,
        pinning: Pinning,
        before: Option<&Self>,
    ) -> Result<Self, PolicyError> {
        let sources = &material.sources;
        let known = before.map(Self::by_digest).unwrap_or_default();
        let (plugins, unusable) = load::plugins(engine, material, known);
        let unpinned = load::unpinned(sources, &plugins, pinning);
        let mut mistakes = material.mistakes.clone();
        mistakes.extend(material.unvouched.iter().cloned());
        mistakes.extend(unusable);
        mistakes.extend(load::unknown_waived_rules(sources, &plugins));
        let made = if mistakes.is_empty() {
            Self::of(engine, material, plugins)
        } else {
            Err(load::unfit_settings(engine, sources, &plugins))
        };
        match made {
            Ok(active) if unpinned.is_empty() => Ok(active),
            made => {
                mistakes.extend(unpinned);
                mistakes.extend(made.err().unwrap_or_default());
                mistakes.sort_by(|a, b| {
                    (&a.file, a.line, a.column, &a.message).cmp(&(&b.file, b.line, b.column, &b.message))
                });
                mistakes.dedup();
                Err(PolicyError::Mistakes(mistakes))
            }
        }
    }

    fn of(engine: &Engine, material: &Material, plugins: Plugins) -> Result<Self, Vec<Mistake>> {
        let digests = plugins.iter().map(|(key, loaded)| (key.clone(), loaded.plugin.digest)).collect();
        let schemas = layers::schemas(plugins.iter());
        let bundle = material.sources.resolve_with(&digests, &schemas)?;
        let policies = bundle.all_sets().map(|loaded| (loaded.set.id.clone(), Arc::new(loaded.set.clone()))).collect();
        let (combinations, sources) = (Combinations::default(), kept::written(material));
        let issuers = Issuers::of(bundle.identities())?;
        let signed = material.signed.clone();
        let active = Self { bundle, policies, plugins, schemas, combinations, sources, signed, issuers };
        active.settings_fit(engine)?;
        Ok(active)
    }

    /// Every stage's settings against its plugin's schema and its plugin's own opinion, all problems at once.
    fn settings_fit(&self, engine: &Engine) -> Result<(), Vec<Mistake>> {
        let sets = self.bundle.all_sets();
        let mut mistakes: Vec<Mistake> = sets.flat_map(|set| self.settings_mistakes(engine, set)).collect();
        // A set's own mistakes would come back with every override of it.
        if mistakes.is_empty() {
            mistakes = self.settings_of_overrides(engine);
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// What plugins find wrong with the settings of a set, each at its place.
    pub(super) fn settings_mistakes(&self, engine: &Engine, set: &LoadedSet) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for stage in &set.set.stages {
            let Some(loaded) = self.plugin(&set.set.id, &stage.plugin) else { continue };
            let at = |pointer: &str, message: &str| set.mistake_in_settings(&stage.id, pointer, message);
            match loaded.plugin.settings_problems(engine, &stage.settings) {
                Ok(problems) => {
                    mistakes.extend(problems.iter().filter_map(|problem| at(&problem.pointer, &problem.message)))
                }
                Err(fault) => mistakes.extend(at("", &format!("the plugin could not look at them: {fault}"))),
            }
        }
        mistakes.extend(self.afterwards_mistakes(engine, set));
        if let Err(message) = verifications::rules::Rules::of(set) {
            mistakes.push(set.mistake_in_verification(&message));
        }
        mistakes
    }

    /// What is known of plugins' settings.
    pub(super) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Effective sets that were put together so far.
    pub(super) fn combinations(&self) -> &Combinations {
        &self.combinations
    }

    /// The policy sets.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Who is believed about others.
    #[must_use]
    pub fn issuers(&self) -> &Issuers {
        &self.issuers
    }

    /// A set as decisions need it.
    #[must_use]
    pub fn policy(&self, loaded: &LoadedSet) -> Arc<PolicySet> {
        self.policies.get(&loaded.set.id).cloned().unwrap_or_else(|| Arc::new(loaded.set.clone()))
    }

    /// The plugin that `set` names so.
    #[must_use]
    pub fn plugin(&self, set: &PolicySetId, name: &PluginName) -> Option<&Loaded> {
        self.plugins.get(&(set.clone(), name.clone()))
    }

    /// Every plugin, by set and name.
    pub fn plugins(&self) -> impl Iterator<Item = (&PolicySetId, &PluginName, &Loaded)> {
        self.plugins.iter().map(|((set, name), loaded)| (set, name, loaded))
    }

    /// The list of files that it was made from, as the ledger keeps it.
    #[must_use]
    pub fn sources(&self) -> &Arc<[u8]> {
        &self.sources
    }

    /// What people signed, where they did.
    #[must_use]
    pub fn signed(&self) -> Option<&Signed> {
        self.signed.as_deref()
    }

    fn by_digest(&self) -> BTreeMap<Digest, Arc<Plugin>> {
        self.plugins.values().map(|loaded| (loaded.plugin.digest, loaded.plugin.clone())).collect()
    }
}
