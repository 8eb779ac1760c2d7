//! Policy sets as their files say them, before the plugins they name are loaded.

mod bounds;
mod convert;
mod files;
pub mod incidents;
mod maintenance;
mod obligations;
mod occasions;
mod operations;
mod overrides;
mod plugins;
mod reader;
mod rollbacks;
mod shadows;
mod signers;
mod sigstore;
mod stages;
mod verifying;
mod waivers;
pub(crate) mod watching;

pub use files::{examine_sets, included, read_sets};
pub use overrides::OVERRIDE_SCHEMA;
pub(crate) use plugins::PluginSource;
pub use plugins::{InRegistry, PluginReference};
pub use waivers::WAIVERS_SCHEMA;

use crate::{
    document::{FILE_BYTES_MAX, Mistake, Mistakes, Position, Positions, Texts, examine_with},
    duration::DurationError,
    effective::Source,
    identities::Identities,
    layers::{
        Layer, Override,
        apply::{CHANGES, placed_in},
        bounds::Bound,
        path,
    },
    maintenance::MaintenanceRules,
    matching::Match,
    occasions::Occasion,
    raw,
    rollbacks::RollbackRules,
    troubleshooting::Guide,
    waivers::{WaiverOf, WaiverRules},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tidegate_core::{
    break_glass::BreakGlassRules,
    name::{PluginName, PolicySetId, StageId, Version},
    permit::PermitRules,
    policy::{Enforcement, Secrets, Stage},
    signer::{Identity, SignerKey, Who},
    time::Timestamp,
};

/// The published JSON Schema of a policy set.
pub const POLICY_SET_SCHEMA: &str = include_str!("../../../policies/schema/policy-set.schema.json");
/// Policy sets in one bundle, at most.
pub const SETS_MAX: usize = 256;
/// Bytes of a stage's settings, at most.
pub const SETTINGS_BYTES_MAX: usize = FILE_BYTES_MAX;

/// The schema is a part of this program; that it is JSON is tested, and without it no file is accepted.
static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(POLICY_SET_SCHEMA).unwrap_or(Value::Bool(false)));

/// Policy sets and overrides that were read without a mistake, in order of their names, and the guide beside them.
#[derive(Debug)]
pub struct Sources {
    pub(crate) sets: Vec<Arc<SetSource>>,
    pub(crate) overrides: Vec<Arc<Override>>,
    pub(crate) waivers: Vec<Arc<WaiverOf>>,
    pub(crate) guide: Guide,
    pub(crate) identities: Identities,
}

/// One policy set as its file says it.
#[derive(Debug)]
pub(crate) struct SetSource {
    pub(crate) positions: Arc<Positions>,
    pub(crate) id: PolicySetId,
    pub(crate) version: Version,
    pub(crate) owner: String,
    pub(crate) reviewers: Vec<String>,
    /// As written, and the end of that day.
    pub(crate) next_review: Option<(String, Timestamp)>,
    pub(crate) enforcement: Enforcement,
    pub(crate) secrets: Secrets,
    pub(crate) valid_for: Duration,
    pub(crate) matching: Match,
    pub(crate) contacts: BTreeMap<String, String>,
    pub(crate) links: BTreeMap<String, String>,
    pub(crate) plugins: BTreeMap<PluginName, PluginSource>,
    /// By name, each signer's keys and identities in the order of the file.
    pub(crate) signers: Vec<Known>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) break_glass: Option<BreakGlassRules>,
    /// Names among the contacts: who is told at once that a deployment was forced.
    pub(crate) notify: Vec<String>,
    /// What it says of waivers; without it it takes none.
    pub(crate) waivers: Option<WaiverRules>,
    /// What it asks of permits.
    pub(crate) permits: PermitRules,
    /// What is shown as it is written: `rollback`, `severity`, …; `null` where nothing is said.
    pub(crate) operations: BTreeMap<&'static str, Value>,
    /// What it says of rollbacks, beside their triggers.
    pub(crate) rollbacks: Option<RollbackRules>,
    /// The order that it gives on each occasion.
    pub(crate) on: BTreeMap<Occasion, String>,
    /// What it says of maintenance.
    pub(crate) maintenance: Option<MaintenanceRules>,
    /// The set that it is a candidate beside.
    pub(crate) shadow_of: Option<PolicySetId>,
    /// What lower layers may loosen.
    pub(crate) team_may_set: Vec<Bound>,
    /// As written, with every layer so far over it.
    pub(crate) json: Value,
    /// The overrides over it, in their order.
    pub(crate) layers: Vec<Arc<Override>>,
}

/// What a signer is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    Key(SignerKey),
    /// With the text of its trusted root in one form.
    Identity(Identity, String),
}

impl Known {
    pub(crate) fn signer(&self) -> &Arc<str> {
        match self {
            Self::Key(key) => &key.signer,
            Self::Identity(identity, _) => &identity.signer,
        }
    }
}

/// Signers and who of them has to have signed, of the mapping at this place, which is no policy set.
pub(crate) fn signed_by(
    positions: &Positions,
    mistakes: &mut Mistakes,
    pointer: &str,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
    verify: &raw::Verify,
) -> Option<(Vec<Known>, Who)> {
    let mut reader = reader::Reader { positions, mistakes };
    let known = signers::signers(&mut reader, &format!("{pointer}/signers"), signers);
    let who = plugins::registry::who(&mut reader, &format!("{pointer}/verify"), verify, signers)?;
    Some((known, who))
}

/// The set as far as it can be understood, so that its plugins can say what is wrong with its settings, too; and every mistake.
fn read_set(path: &Path, text: &str, texts: &Texts<'_>) -> (Option<SetSource>, Vec<Mistake>) {
    let found = examine_with::<raw::Set>(text, &path.display().to_string(), &SCHEMA, texts);
    let mut mistakes = found.mistakes;
    let Some((set, positions)) = found.read else { return (None, mistakes.sorted()) };
    let folder = path.parent().unwrap_or(Path::new(""));
    let converted = convert::convert(set, Arc::new(positions), folder, &mut mistakes);
    (converted, mistakes.sorted())
}

/// What comes of a set with a layer over it: `merged`, read as if it had been written so. Its mistakes are the layer's, since the
/// set alone is sound.
pub(crate) fn convert_layered(
    set: &SetSource,
    merged: Value,
    layer: &Arc<Override>,
) -> Result<SetSource, Vec<Mistake>> {
    let raw: raw::Set = serde_json::from_value(merged.clone())
        .map_err(|error| vec![layer.mistake("", format!("no policy set comes of it: {error}"), None)])?;
    let mut mistakes = Mistakes::of(layer.file());
    let folder = Path::new(set.positions.file()).parent().unwrap_or(Path::new(""));
    let converted = convert::convert(raw, Arc::clone(&set.positions), folder, &mut mistakes);
    match converted {
        Some(converted) if mistakes.is_empty() => {
            let layers = set.layers.iter().chain([layer]).map(Arc::clone).collect();
            Ok(SetSource { json: merged, layers, ..converted })
        }
        _ => Err(mistakes.sorted().into_iter().map(|mistake| placed_in(layer, &merged, mistake)).collect()),
    }
}

impl SetSource {
    pub(crate) fn mistake(&self, pointer: &str, message: String, hint: Option<String>) -> Mistake {
        match self.source(pointer) {
            (Source::File { file, at: Position { line, column } }, layer) if layer != Layer::Base => {
                Mistake { file, line, column, pointer: pointer.to_owned(), message, hint }
            }
            _ => placed(&self.positions, pointer.to_owned(), message, hint),
        }
    }

    /// Where a value stands, and in which layer: in the last one that sets it.
    pub(crate) fn source(&self, pointer: &str) -> (Source, Layer) {
        let named = path::named(&self.json, pointer);
        let changeable = named.first().is_some_and(|first| CHANGES.contains(&first.as_str()));
        for layer in self.layers.iter().rev().filter(|_| changeable) {
            if let Some(at) = layer.positions.find(&path::pointer(&named)) {
                return (Source::File { file: layer.file().to_owned(), at }, layer.layer);
            }
        }
        // A plugin's digest stands in no file of ours; what it was computed from is named by the plugin's path.
        let is_plugin_digest = pointer.starts_with("/plugins/") && pointer.ends_with("/digest");
        let found = if is_plugin_digest { Some(self.positions.at(pointer)) } else { self.positions.find(pointer) };
        let file = |at| Source::File { file: self.positions.file().to_owned(), at };
        (found.map_or(Source::Default, file), Layer::Base)
    }

    /// Whether it names this plugin under `plugin` of a key that speaks of the time after a deployment.
    pub(crate) fn asks(&self, key: &str, plugin: &PluginName) -> bool {
        let named = self.operations.get(key).and_then(|part| part.get("plugin")?.as_str());
        named == Some(plugin.as_str())
    }

    /// A mistake that a plugin found in a stage's settings, at its place in the layer that brought it.
    pub(crate) fn mistake_in_settings(&self, stage: &StageId, pointer: &str, message: &str) -> Option<Mistake> {
        let index = self.stages.iter().position(|known| known.id == *stage)?;
        let mut place = format!("/stages/{index}/settings{pointer}");
        // What a plugin says of a value that nobody wrote belongs to the innermost mapping that somebody did.
        while let (Source::Default, Some((parent, _))) = (self.source(&place).0, place.rsplit_once('/')) {
            place = parent.to_owned();
        }
        Some(self.mistake(&place, format!("settings of `{stage}`: {message}"), None))
    }
}

fn placed(positions: &Positions, pointer: String, message: String, hint: Option<String>) -> Mistake {
    let Position { line, column } = positions.at(&pointer);
    Mistake { file: positions.file().to_owned(), line, column, pointer, message, hint }
}

impl Sources {
    /// The plugins that the sets name, in order of set and plugin.
    pub fn plugins(&self) -> impl Iterator<Item = PluginReference<'_>> {
        self.sets.iter().flat_map(|set| PluginReference::all(set))
    }

    /// Every stage of every set, in their order.
    pub fn stages(&self) -> impl Iterator<Item = (&PolicySetId, &Stage)> {
        self.sets.iter().flat_map(|set| set.stages.iter().map(|stage| (&set.id, stage)))
    }

    /// Issuers of identity tokens, and people.
    #[must_use]
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Every waiver, in order of set and name.
    #[must_use]
    pub fn waivers(&self) -> &[Arc<WaiverOf>] {
        &self.waivers
    }

    /// A mistake that a plugin found in a stage's settings, at its place in the file. `None`: there is no such stage.
    #[must_use]
    pub fn mistake_in_settings(
        &self,
        set: &PolicySetId,
        stage: &StageId,
        pointer_in_settings: &str,
        message: &str,
    ) -> Option<Mistake> {
        let set = self.sets.iter().find(|source| source.id == *set)?;
        set.mistake_in_settings(stage, pointer_in_settings, message)
    }
}

/// Default of `valid_for`, of a set and of its break-glass.
const VALID_FOR_DEFAULT: Duration = Duration::from_secs(4 * 3600);

/// What a text of the file means, or why it means nothing.
fn span(text: &str) -> Result<Duration, DurationError> {
    crate::duration::parse(text)
}
