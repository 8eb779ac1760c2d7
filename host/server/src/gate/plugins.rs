//! The plugins of a bundle: loaded, described, and their settings found good, before anything is judged by them.

use crate::{
    config::policies::{self, PoliciesError},
    gate::layers::{self, Combinations},
};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tidegate_bundle::{
    bundle::{Bundle, LoadedSet},
    document::Mistake,
    layers::Schemas,
    sources::{PluginReference, Sources, read_sets},
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId, RuleId},
    policy::PolicySet,
};
use tidegate_engine::{engine::Engine, manifest::Kind, plugin::Plugin};

/// Plugins by the set that names them, and the name it gives them.
type Plugins = BTreeMap<(PolicySetId, PluginName), Loaded>;

/// A bundle with its plugins.
#[derive(Debug)]
pub struct Active {
    bundle: Bundle,
    policies: BTreeMap<PolicySetId, Arc<PolicySet>>,
    plugins: Plugins,
    schemas: Schemas,
    combinations: Combinations,
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

/// Why the policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The files cannot be listed.
    #[error(transparent)]
    Files(#[from] PoliciesError),
    /// A file cannot be read.
    #[error("cannot read policy file `{}`: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Everything that is wrong with them, at once.
    #[error("{}", lines(.0))]
    Mistakes(Vec<Mistake>),
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Active {
    /// Reads these policy files (or the files of these folders) and loads the plugins that they name.
    pub fn load(engine: &Engine, paths: &[PathBuf]) -> Result<Self, PolicyError> {
        let sources = read_sets(&texts(paths)?).map_err(PolicyError::Mistakes)?;
        let (plugins, mistakes) = load_plugins(engine, &sources);
        if !mistakes.is_empty() {
            return Err(PolicyError::Mistakes(mistakes));
        }
        Self::of(engine, &sources, plugins).map_err(PolicyError::Mistakes)
    }

    fn of(engine: &Engine, sources: &Sources, plugins: Plugins) -> Result<Self, Vec<Mistake>> {
        let digests = plugins.iter().map(|(key, loaded)| (key.clone(), loaded.plugin.digest)).collect();
        let schemas = layers::schemas(plugins.iter());
        let bundle = sources.resolve_with(&digests, &schemas)?;
        let policies = bundle.all_sets().map(|loaded| (loaded.set.id.clone(), Arc::new(loaded.set.clone()))).collect();
        let active = Self { bundle, policies, plugins, schemas, combinations: Combinations::default() };
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
}

/// The policy files, each with its text.
pub fn texts(paths: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, PolicyError> {
    let files = policies::files(paths)?;
    let read = |path: PathBuf| match std::fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(PolicyError::Read { path, source }),
    };
    files.into_iter().map(read).collect()
}

/// Everything in these sources that only their plugins know to be wrong. A plugin that cannot be loaded hides nothing of the others.
pub fn mistakes_by_plugins(engine: &Engine, sources: &Sources) -> Vec<Mistake> {
    let (plugins, mut mistakes) = load_plugins(engine, sources);
    if mistakes.is_empty() {
        return Active::of(engine, sources, plugins).err().unwrap_or_default();
    }
    for (set, stage) in sources.stages() {
        let Some(loaded) = plugins.get(&(set.clone(), stage.plugin.clone())) else { continue };
        let problems = loaded.plugin.settings_problems(engine, &stage.settings).unwrap_or_default();
        let at = |pointer: &str, message: &str| sources.mistake_in_settings(set, &stage.id, pointer, message);
        mistakes.extend(problems.iter().filter_map(|problem| at(&problem.pointer, &problem.message)));
    }
    mistakes
}

/// Loads each plugin once, however many sets name it. Every mistake at once.
fn load_plugins(engine: &Engine, sources: &Sources) -> (Plugins, Vec<Mistake>) {
    let mut by_digest: BTreeMap<Digest, Arc<Plugin>> = BTreeMap::new();
    let (mut plugins, mut mistakes) = (Plugins::new(), Vec::new());
    for reference in sources.plugins() {
        match load_plugin(engine, &reference, &by_digest) {
            Ok(loaded) => {
                by_digest.insert(loaded.plugin.digest, loaded.plugin.clone());
                plugins.insert((reference.set.clone(), reference.name.clone()), loaded);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    (plugins, mistakes)
}

fn load_plugin(
    engine: &Engine,
    reference: &PluginReference<'_>,
    known: &BTreeMap<Digest, Arc<Plugin>>,
) -> Result<Loaded, Mistake> {
    let bytes = std::fs::read(reference.path).map_err(|error| {
        let hint = "`tidegate demo` builds the shipped plugins, `tidegate plugin build` any other";
        reference.mistake(&format!("cannot read plugin `{}`: {error}", reference.path.display()), Some(hint))
    })?;
    let plugin = match known.get(&Digest::of(&bytes)) {
        Some(plugin) => plugin.clone(),
        None => engine.load(&bytes).map_err(|error| reference.mistake(&error.to_string(), None))?,
    };
    if !plugin.is(Kind::Gate) {
        return Err(reference.mistake("it does not export `tidegate:policy/gate`, so no stage can use it", None));
    }
    plugin.warnings.iter().for_each(|warning| tracing::warn!(plugin = %reference.name, "{warning}"));
    let rules = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    Ok(Loaded { plugin, rules, component: Arc::from(bytes) })
}
