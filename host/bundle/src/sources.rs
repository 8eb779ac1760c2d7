//! Policy sets as their files say them, before the plugins they name are loaded.

mod convert;
mod operations;
mod reader;
mod signers;
mod sigstore;
mod stages;

use crate::{
    document::{FILE_BYTES_MAX, Mistake, Position, Positions, examine},
    duration::DurationError,
    matching::Match,
    raw,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::Duration,
};
use tidegate_core::{
    break_glass::BreakGlassRules,
    digest::Digest,
    name::{PluginName, PolicySetId, StageId, Version},
    policy::{Enforcement, Stage},
    signer::{Identity, SignerKey},
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

/// Policy sets that were read without a mistake, in order of their names.
#[derive(Debug)]
pub struct Sources {
    pub(crate) sets: Vec<SetSource>,
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
    pub(crate) valid_for: Duration,
    pub(crate) matching: Match,
    pub(crate) contacts: BTreeMap<String, String>,
    pub(crate) links: BTreeMap<String, String>,
    pub(crate) plugins: BTreeMap<PluginName, PluginSource>,
    /// By name, each signer's keys and identities in the order of the file.
    pub(crate) signers: Vec<Known>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) break_glass: Option<BreakGlassRules>,
    /// What is shown as it is written: `rollback`, `severity`, …; `null` where nothing is said.
    pub(crate) operations: BTreeMap<&'static str, Value>,
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

/// Where a plugin's component lies.
#[derive(Debug)]
pub(crate) struct PluginSource {
    pub(crate) written: String,
    pub(crate) path: PathBuf,
    pub(crate) sha256: Option<Digest>,
}

/// A plugin that a policy set names.
#[derive(Debug, Clone, Copy)]
pub struct PluginReference<'a> {
    /// The set.
    pub set: &'a PolicySetId,
    /// The name by which the set's stages know it.
    pub name: &'a PluginName,
    /// The component's file; a relative one was resolved from the policy file's folder.
    pub path: &'a Path,
    /// What the file's bytes have to be, where the set says so.
    pub sha256: Option<Digest>,
    positions: &'a Positions,
}

impl PluginReference<'_> {
    /// A mistake that has to do with this plugin, at the place where the set names it.
    #[must_use]
    pub fn mistake(&self, message: &str, hint: Option<&str>) -> Mistake {
        let pointer = format!("/plugins/{}/path", self.name);
        placed(self.positions, pointer, message.to_owned(), hint.map(str::to_owned))
    }
}

/// Reads policy sets: each file's name and its text. Every mistake of every file is reported.
pub fn read_sets(files: &[(PathBuf, String)]) -> Result<Sources, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut sets = Vec::new();
    for (path, text) in files {
        match read_set(path, text) {
            Ok(set) => sets.push(set),
            Err(found) => mistakes.extend(found),
        }
    }
    mistakes.extend(between(&sets));
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    sets.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Sources { sets })
}

fn read_set(path: &Path, text: &str) -> Result<SetSource, Vec<Mistake>> {
    let found = examine::<raw::Set>(text, &path.display().to_string(), &SCHEMA);
    let mut mistakes = found.mistakes;
    let Some((set, positions)) = found.read else { return Err(mistakes.sorted()) };
    let folder = path.parent().unwrap_or(Path::new(""));
    let converted = convert::convert(set, Arc::new(positions), folder, &mut mistakes);
    match converted {
        Some(set) if mistakes.is_empty() => Ok(set),
        _ => Err(mistakes.sorted()),
    }
}

/// What is wrong with several sets together.
fn between(sets: &[SetSource]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        if index == SETS_MAX {
            let message = format!("too many policy sets: {} used, {SETS_MAX} allowed", sets.len());
            mistakes.push(set.mistake("/policy_set", message, None));
            break;
        }
        for earlier in sets.iter().take(index) {
            let there = earlier.positions.file();
            if earlier.id == set.id {
                let message = format!("policy set `{}` is defined twice: first in {there}", set.id);
                mistakes.push(set.mistake("/policy_set", message, None));
            } else if let Some((environment, service)) = earlier.matching.common(&set.matching) {
                let message = format!(
                    "policy set `{}` overlaps with `{}` in {there}: both could fit environment `{environment}`, service `{service}`",
                    set.id, earlier.id
                );
                let hint = "exactly one set has to fit a deployment: name environments or services that differ";
                mistakes.push(set.mistake("/match", message, Some(hint.to_owned())));
            }
        }
    }
    mistakes
}

impl SetSource {
    pub(crate) fn mistake(&self, pointer: &str, message: String, hint: Option<String>) -> Mistake {
        placed(&self.positions, pointer.to_owned(), message, hint)
    }
}

fn placed(positions: &Positions, pointer: String, message: String, hint: Option<String>) -> Mistake {
    let Position { line, column } = positions.at(&pointer);
    Mistake { file: positions.file().to_owned(), line, column, pointer, message, hint }
}

impl Sources {
    /// The plugins that the sets name, in order of set and plugin.
    pub fn plugins(&self) -> impl Iterator<Item = PluginReference<'_>> {
        self.sets.iter().flat_map(|set| {
            set.plugins.iter().map(|(name, plugin)| PluginReference {
                set: &set.id,
                name,
                path: &plugin.path,
                sha256: plugin.sha256,
                positions: &set.positions,
            })
        })
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
        let index = set.stages.iter().position(|known| known.id == *stage)?;
        let pointer = format!("/stages/{index}/settings{pointer_in_settings}");
        Some(set.mistake(&pointer, format!("settings of `{stage}`: {message}"), None))
    }
}

/// Default of `valid_for`, of a set and of its break-glass.
const VALID_FOR_DEFAULT: Duration = Duration::from_secs(4 * 3600);

/// What a text of the file means, or why it means nothing.
fn span(text: &str) -> Result<Duration, DurationError> {
    crate::duration::parse(text)
}
