//! What is probably not meant of an override.

use crate::{document::Mistake, layers::apply::applied, resolved, sources::Sources};

/// An override that says nothing else than its set, and one that can never apply.
pub(super) fn lint(sources: &Sources) -> Vec<Mistake> {
    let mut warnings = Vec::new();
    for layer in &sources.overrides {
        let Some(set) = sources.sets.iter().find(|set| set.id == layer.of) else { continue };
        if set.matching.common(&layer.matching).is_none() {
            let message =
                format!("override `{}` never applies: policy set `{}` is for other deployments", layer.id, set.id);
            warnings.push(layer.mistake("/match", message, None));
        }
        // One that cannot be applied is a mistake, which is told elsewhere.
        if applied(set, layer).is_ok_and(|after| resolved::body(&after) == resolved::body(set)) {
            let message = format!("override `{}` changes nothing: policy set `{}` says the same", layer.id, set.id);
            warnings.push(layer.mistake("/override", message, None));
        }
    }
    warnings
}
