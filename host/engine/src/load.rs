//! From a component's bytes to a plugin: manifest, code, links, description.

use crate::{
    bindings::{
        classifying::ClassifyingPre,
        describing::{DescribingPre, exports::tidegate::policy::plugin::Description as WitDescription},
        judging::JudgingPre,
        watching::WatchingPre,
    },
    call::{Machine, open},
    describe::{DescriptionError, checked},
    engine::Engine,
    evidence::shown::Shown,
    manifest::{Kind, Manifest, ManifestError},
    plugin::{Plugin, Warning},
    state::State,
    stop::fault_of,
    wasi::{inputs::Asked, link},
};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    fault::{Blame, Fault},
    wasi::Wasi,
};
use wasmtime::component::{Component, InstancePre};

/// Why a component is not a plugin that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file.
    #[error("bytes of a component: {used} used, {allowed} allowed")]
    TooLarge {
        /// How many there are.
        used: u64,
        /// How many are allowed.
        allowed: u64,
    },
    /// What it asks for and offers.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It is not valid, or larger than a slot of the pool.
    #[error("cannot be compiled: {0}; hint: `tidegate plugin inspect` says what is in it")]
    Compile(String),
    /// What it imports or exports has another shape than the contract says.
    #[error(
        "does not fit the contract: {0}; hint: it names a version of the contract whose shapes it does not have; build it against `wit/` as it \
         is, without a change of its own"
    )]
    Link(String),
    /// It could not say who it is.
    #[error(
        "cannot describe itself: {0}; hint: `describe` is called when the plugin is loaded, without evidence; it returns what was written down \
         beforehand"
    )]
    Describe(#[source] Fault),
    /// What it says of itself is wrong.
    #[error("describes itself wrongly: {0}")]
    Description(#[from] DescriptionError),
}

impl LoadError {
    /// Who has to act.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Describe(fault) => fault.blame,
            Self::TooLarge { .. } | Self::Manifest(_) | Self::Compile(_) | Self::Link(_) | Self::Description(_) => {
                Blame::Plugin
            }
        }
    }
}

impl Engine {
    /// Loads a component that imports the contract alone. Nothing of it runs but its `describe`, under every limit of an evaluation.
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Plugin>, LoadError> {
        self.load_granting(bytes, Wasi::Refused)
    }

    /// As [`Self::load`], for a component to which so much of WASI is granted.
    pub fn load_granting(&self, bytes: &[u8], granted: Wasi) -> Result<Arc<Plugin>, LoadError> {
        let (used, allowed) = (bytes.len() as u64, self.limits().component_bytes_max);
        if used > allowed {
            return Err(LoadError::TooLarge { used, allowed });
        }
        let digest = Digest::of(bytes);
        let Manifest { imports, wasi, kinds } = Manifest::read_granting(bytes, granted)?;
        let mut warnings = Vec::new();
        let component = self.compiled(digest, bytes, &mut warnings)?;
        let pre = self.linked(&component, &wasi).map_err(|error| link_error(&error))?;
        let describing = DescribingPre::new(pre.clone()).map_err(|error| link_error(&error))?;
        let judging = interface(&kinds, Kind::Gate, || JudgingPre::new(pre.clone()))?;
        let watching = interface(&kinds, Kind::Rollback, || WatchingPre::new(pre.clone()))?;
        let classifying = interface(&kinds, Kind::Severity, || ClassifyingPre::new(pre))?;
        let machine = if wasi.is_empty() { Machine::None } else { Machine::Inert };
        let given = self.describe(&describing, machine, &mut warnings).map_err(LoadError::Describe)?;
        let (description, schema) = checked(given, &self.limits())?;
        Ok(Arc::new(Plugin {
            digest,
            size_bytes: used,
            kinds,
            imports,
            wasi,
            description,
            warnings,
            schema,
            describing,
            judging,
            watching,
            classifying,
        }))
    }

    /// The contract's imports; those of WASI only where the component has any.
    fn linked(&self, component: &Component, wasi: &[String]) -> wasmtime::Result<InstancePre<State>> {
        if wasi.is_empty() {
            return self.linker().instantiate_pre(component);
        }
        let mut linker = self.linker().clone();
        link::link(&mut linker, component)?;
        linker.instantiate_pre(component)
    }

    fn compiled(&self, digest: Digest, bytes: &[u8], warnings: &mut Vec<Warning>) -> Result<Component, LoadError> {
        if let Some(component) = self.cache().and_then(|cache| cache.get(self.wasm(), digest)) {
            return Ok(component);
        }
        let component =
            Component::from_binary(self.wasm(), bytes).map_err(|error| LoadError::Compile(causes(&error)))?;
        if let Some(cache) = self.cache()
            && let Err(error) = cache.put(self.wasm(), digest, &component)
        {
            warnings.push(Warning::NotCached(error.to_string()));
        }
        Ok(component)
    }

    fn describe(
        &self,
        plugin: &DescribingPre<State>,
        machine: Machine,
        warnings: &mut Vec<Warning>,
    ) -> Result<WitDescription, Fault> {
        let _permit = self.enter_to_load()?;
        let deadline = self.load_deadline();
        let mut store = open(self, machine, &Asked::Description, Shown::nothing(), deadline);
        let described = plugin
            .instantiate(&mut store)
            .and_then(|plugin| plugin.tidegate_policy_plugin().call_describe(&mut store))
            .map_err(|error| fault_of(&error, deadline, self.limits().answer_bytes_max))?;
        let meter = &store.data().meter;
        if meter.grew() {
            warnings.push(Warning::GrowsMemory { bytes: meter.peak() });
        }
        Ok(described)
    }
}

/// What a plugin of that kind is asked by; none where it is of another.
fn interface<T>(
    kinds: &[Kind],
    kind: Kind,
    link: impl FnOnce() -> wasmtime::Result<T>,
) -> Result<Option<T>, LoadError> {
    kinds.contains(&kind).then(link).transpose().map_err(|error| link_error(&error))
}

fn link_error(error: &wasmtime::Error) -> LoadError {
    LoadError::Link(causes(error))
}

/// The whole chain, outermost first: the outermost alone says only where.
fn causes(error: &wasmtime::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
