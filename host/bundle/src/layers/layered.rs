//! Policy sets with their layers over them.

use super::{
    Override, SettingsSchemas,
    apply::applied,
    between::{can_both_apply, touch},
    tighten::loosened,
};
use crate::{
    bundle::{Bundle, LoadedSet},
    document::Mistake,
    layers::Layer,
    sources::{SetSource, Sources},
};
use std::sync::Arc;
use tidegate_core::name::{EnvironmentName, ServiceName};

impl Sources {
    /// Every override that is no sound layer, or loosens what it lies over: alone, and over each of a higher layer that sets the same.
    pub(crate) fn unsound_layers(&self, schemas: &dyn SettingsSchemas) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for layer in &self.overrides {
            let Some(set) = self.sets.iter().find(|set| set.id == layer.of) else { continue };
            let found = match applied(set, layer) {
                Ok(after) => loosened(set, &after, layer, schemas),
                Err(found) => found,
            };
            if !found.is_empty() {
                mistakes.extend(found);
                continue;
            }
            let over = |higher: &&Arc<Override>| {
                higher.layer < layer.layer && can_both_apply(higher, layer) && touch(higher, layer)
            };
            for higher in self.overrides.iter().filter(over) {
                // A mistake of the higher one itself is told where that one is looked at.
                let Ok(before) = applied(set, higher) else { continue };
                mistakes.extend(step(&before, layer, schemas).err().unwrap_or_default());
            }
        }
        mistakes.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        mistakes.dedup();
        mistakes
    }
}

fn step(before: &SetSource, layer: &Arc<Override>, schemas: &dyn SettingsSchemas) -> Result<SetSource, Vec<Mistake>> {
    let after = applied(before, layer)?;
    let found = loosened(before, &after, layer, schemas);
    if found.is_empty() { Ok(after) } else { Err(found) }
}

impl Bundle {
    /// The overrides of a set that apply to these services in this environment, in their order. Without services only those of the
    /// environment's layer.
    #[must_use]
    pub fn layers_of(
        &self,
        set: &LoadedSet,
        environment: &EnvironmentName,
        services: &[ServiceName],
    ) -> Vec<Arc<Override>> {
        let applies = |layer: &&Arc<Override>| layer.of == set.set.id && layer.fits(environment, services);
        self.overrides().iter().filter(applies).cloned().collect()
    }

    /// Whether any override speaks of the set at all.
    #[must_use]
    pub fn has_layers(&self, set: &LoadedSet) -> bool {
        self.overrides().iter().any(|layer| layer.of == set.set.id)
    }
}

impl LoadedSet {
    /// The set with these layers over it, each of which may only tighten what is below it. A mistake where together they make no
    /// sound set, though each alone does: at least three documents and at most two, say.
    pub fn with(&self, layers: &[Arc<Override>], schemas: &dyn SettingsSchemas) -> Result<LoadedSet, Vec<Mistake>> {
        let mut source = Arc::clone(&self.source);
        for layer in layers.iter().filter(|layer| layer.layer > Layer::Base) {
            source = Arc::new(step(&source, layer, schemas)?);
        }
        Ok(LoadedSet::new(source, self.plugins.clone()))
    }
}
