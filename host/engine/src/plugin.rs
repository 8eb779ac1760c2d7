//! A plugin that was loaded: what it says of itself, and its code ready to run.

use crate::{
    bindings::{classifying::ClassifyingPre, describing::DescribingPre, judging::JudgingPre, watching::WatchingPre},
    call::Machine,
    manifest::{Kind, ManifestError, Names},
    settings::Schema,
    state::State,
};
use std::fmt;
use tidegate_core::{
    digest::Digest,
    finding::Severity,
    name::{PluginName, RuleId, Version},
    wasi::Wasi,
};

/// A loaded plugin. Evaluated any number of times, by any number of threads, by the engine that loaded it.
pub struct Plugin {
    /// Of its component.
    pub digest: Digest,
    /// Bytes of its component.
    pub size_bytes: u64,
    /// What it can be asked, sorted; at least one.
    pub kinds: Vec<Kind>,
    /// Interfaces of the contract that it imports.
    pub imports: Vec<String>,
    /// Interfaces of WASI that it imports; most import none.
    pub wasi: Vec<String>,
    /// What it says of itself.
    pub description: Description,
    /// What its author or whoever runs the gate should know.
    pub warnings: Vec<Warning>,
    pub(crate) schema: Schema,
    pub(crate) describing: DescribingPre<State>,
    /// Present when it is a gate.
    pub(crate) judging: Option<JudgingPre<State>>,
    /// Present when it judges what signals say.
    pub(crate) watching: Option<WatchingPre<State>>,
    /// Present when it classifies incidents.
    pub(crate) classifying: Option<ClassifyingPre<State>>,
}

/// What a plugin says of itself, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Its name.
    pub name: PluginName,
    /// Its own version.
    pub version: Version,
    /// In one sentence.
    pub summary: String,
    /// Every rule that its findings may cite; ids are unique.
    pub rules: Vec<Rule>,
    /// JSON Schema (2020-12) of its settings; refers to nothing outside itself.
    pub settings_schema: serde_json::Value,
}

/// One checkable clause of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Unique in the plugin.
    pub id: RuleId,
    /// In a few words.
    pub title: String,
    /// How bad a finding by it usually is.
    pub severity: Severity,
    /// What it asks, and what to do when it is broken.
    pub help: String,
    /// Where to read more.
    pub doc: Option<String>,
}

/// What somebody should know of a plugin that works.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// It asks for more memory while it runs.
    #[error(
        "grows its memory (to {bytes} bytes already when it describes itself): evaluations on several threads will hold each \
         other up; hint: link it with enough memory and an allocator that uses it, as the SDK does"
    )]
    GrowsMemory {
        /// What it had in the end.
        bytes: u64,
    },
    /// The next start will compile it again.
    #[error("its compiled form could not be kept: {0}")]
    NotCached(String),
}

impl Plugin {
    /// Whether it can be asked that.
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether a policy set that grants this much may use it.
    pub fn fits(&self, granted: Wasi) -> Result<(), ManifestError> {
        match granted {
            Wasi::Refused if !self.wasi.is_empty() => Err(ManifestError::Wasi(Names(self.wasi.clone()))),
            Wasi::Refused | Wasi::Inert => Ok(()),
        }
    }

    /// What a call of it needs.
    pub(crate) fn machine(&self) -> Machine {
        if self.wasi.is_empty() { Machine::None } else { Machine::Inert }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("digest", &self.digest)
            .field("description", &self.description)
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}
