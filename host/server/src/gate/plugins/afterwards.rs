//! What plugins that are asked after a deployment find wrong with what a set says to them.

use super::Active;
use crate::gate::{incidents, watches};
use serde_json::Value;
use tidegate_bundle::{bundle::LoadedSet, document::Mistake};
use tidegate_core::name::PluginName;
use tidegate_engine::engine::Engine;

impl Active {
    /// Everything, each where it stands.
    pub(super) fn afterwards_mistakes(&self, engine: &Engine, set: &LoadedSet) -> Vec<Mistake> {
        let watching = watches::plan::Rules::of(set).map(|rules| rules.map(|rules| (rules.plugin, rules.settings)));
        let classifying =
            incidents::rules::Rules::of(set).map(|rules| rules.map(|rules| (rules.plugin, rules.settings)));
        [("rollback", "rollback", watching), ("severity", "incidents", classifying)]
            .into_iter()
            .flat_map(|(settings, section, rules)| match rules {
                Ok(Some((plugin, value))) => self.unfit(engine, set, (settings, &plugin, &value)),
                Ok(None) => Vec::new(),
                Err(message) => vec![set.mistake_in(section, "", &message)],
            })
            .collect()
    }

    fn unfit(
        &self,
        engine: &Engine,
        set: &LoadedSet,
        (key, plugin, settings): (&str, &PluginName, &Value),
    ) -> Vec<Mistake> {
        let Some(loaded) = self.plugin(&set.set.id, plugin) else { return Vec::new() };
        match loaded.plugin.settings_problems(engine, &settings.to_string()) {
            Ok(found) => found.iter().map(|one| set.mistake_in(key, &one.pointer, &one.message)).collect(),
            Err(fault) => vec![set.mistake_in(key, "", &format!("the plugin could not look at it: {fault}"))],
        }
    }
}
