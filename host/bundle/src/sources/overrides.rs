//! A file's override to what it means.

use super::{convert::globs, reader::Reader};
use crate::{
    document::{Mistake, Texts, examine_with},
    glob::Glob,
    layers::{Layer, Override},
    matching::Match,
    raw,
};
use serde_json::Value;
use std::{
    path::Path,
    sync::{Arc, LazyLock},
};
use tidegate_core::name::PolicySetId;

/// The published JSON Schema of an override.
pub const OVERRIDE_SCHEMA: &str = include_str!("../../../../policies/schema/override.schema.json");

/// The schema is a part of this program; that it is JSON is tested, and without it no file is accepted.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(OVERRIDE_SCHEMA).unwrap_or(Value::Bool(false)));

/// Whether a file with these keys is an override: it begins with `override`, or has it instead of a set's name.
pub(super) fn is_override(keys: &[String]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key == name);
    keys.first().is_some_and(|first| first == "override") || (has("override") && !has("policy_set"))
}

pub(super) fn read_override(path: &Path, text: &str, texts: &Texts<'_>) -> Result<Override, Vec<Mistake>> {
    let found = examine_with::<raw::Override>(text, &path.display().to_string(), &SCHEMA, texts);
    let mut mistakes = found.mistakes;
    let Some((read, positions)) = found.read else { return Err(mistakes.sorted()) };
    let mut reader = Reader { positions: &positions, mistakes: &mut mistakes };
    let of = reader.name("/of", &read.of, PolicySetId::parse);
    reader.line("/owner", &read.owner);
    reader.line("/reason", &read.reason);
    let environments = globs(&mut reader, "/match/environments", &read.matching.environments);
    let (layer, services) = match &read.matching.services {
        Some(services) => (Layer::Service, globs(&mut reader, "/match/services", services)),
        None => (Layer::Environment, vec![Glob::Beginning(Arc::from(""))]),
    };
    let matching = Match { environments, services };
    match of {
        Some(of) if mistakes.is_empty() => {
            Ok(Override::new((read.id, of), (read.owner, read.reason), (layer, matching), Arc::new(positions)))
        }
        _ => Err(mistakes.sorted()),
    }
}
