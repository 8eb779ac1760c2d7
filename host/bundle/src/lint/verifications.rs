//! What is probably not meant of looking at deployments after they went out.

use crate::{
    document::{Mistake, quoted},
    sources::{SetSource, Sources},
};
use serde_json::Value;
use std::sync::Arc;
use tidegate_core::name::EnvironmentName;

pub(super) fn lint(sources: &Sources) -> Vec<Mistake> {
    sources.sets.iter().flat_map(|set| of_set(set, sources)).collect()
}

fn of_set(set: &SetSource, sources: &Sources) -> Vec<Mistake> {
    let said = set.operations.get("verification").filter(|said| !said.is_null());
    let named = said.and_then(|said| said.get("environment")).and_then(Value::as_str);
    let Some(environment) = named.and_then(|name| EnvironmentName::parse(name).ok()) else { return Vec::new() };
    let judges: Vec<&Arc<SetSource>> = sources
        .sets
        .iter()
        .filter(|one| one.shadow_of.is_none() && one.matching.fits_environment(&environment))
        .collect();
    if judges.is_empty() {
        let message = format!("no policy set is for {}: nothing can be verified", quoted(environment.as_str()));
        return vec![set.mistake("/verification/environment", message, None)];
    }
    let skipped = said.and_then(|said| said.get("skip")).and_then(Value::as_array).into_iter().flatten();
    let is_optional = |name: &str| {
        judges.iter().any(|one| one.stages.iter().any(|stage| stage.id.as_str() == name && stage.optional))
    };
    let mistaken = skipped.enumerate().filter_map(|(index, name)| {
        let name = name.as_str().filter(|name| !is_optional(name))?;
        let message = format!("no stage {} that judges there is optional: nothing is verified by itself", quoted(name));
        Some(set.mistake(&format!("/verification/skip/{index}"), message, None))
    });
    mistaken.collect()
}
