//! From the components of a bundle to plugins that can be asked, and everything that is wrong on the way.

use super::{Loaded, Pinning, Plugins};
use crate::gate::material::Material;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_bundle::{
    document::Mistake,
    sources::{PluginReference, Sources},
};
use tidegate_core::{digest::Digest, plan::nearest};
use tidegate_engine::{engine::Engine, load::LoadError, manifest::Kind, plugin::Plugin};

/// Loads each component once, however many sets name it, and none that is `known`.
pub(super) fn plugins(
    engine: &Engine,
    material: &Material,
    mut known: BTreeMap<Digest, Arc<Plugin>>,
) -> (Plugins, Vec<Mistake>) {
    let (mut plugins, mut mistakes) = (Plugins::new(), Vec::new());
    for reference in material.sources.plugins() {
        match plugin(engine, &reference, material, &mut known) {
            Ok(loaded) => {
                plugins.insert((reference.set.clone(), reference.name.clone()), loaded);
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    (plugins, mistakes)
}

fn plugin(
    engine: &Engine,
    reference: &PluginReference<'_>,
    material: &Material,
    known: &mut BTreeMap<Digest, Arc<Plugin>>,
) -> Result<Loaded, Mistake> {
    let unreadable = |error: &str| {
        // Whoever was asked for it says what it is about.
        if reference.registry.is_some() {
            return reference.mistake(&format!("plugin `{}`: {error}", reference.name), None);
        }
        let hint = "`tidegate demo` builds the shipped plugins, `tidegate plugin build` any other";
        reference.mistake(&format!("cannot read plugin `{}`: {error}", reference.path.display()), Some(hint))
    };
    let component = match material.components.get(reference.path) {
        Some(Ok(bytes)) => bytes.clone(),
        Some(Err(error)) => return Err(unreadable(error)),
        None => return Err(unreadable("it was not looked for")),
    };
    let unusable = |error: &LoadError| reference.mistake(&in_one_line(error), None);
    let digest = Digest::of(&component);
    let plugin = match known.get(&digest) {
        // It may be another set that grants it WASI.
        Some(plugin) => {
            plugin.fits(reference.wasi).map(|()| plugin.clone()).map_err(|error| unusable(&error.into()))?
        }
        None => {
            let plugin = engine.load_granting(&component, reference.wasi).map_err(|error| unusable(&error))?;
            plugin.warnings.iter().for_each(|warning| tracing::warn!(plugin = %reference.name, "{warning}"));
            known.insert(digest, plugin.clone());
            plugin
        }
    };
    let by_watches = reference.is_asked_by("watch");
    if by_watches && !plugin.is(Kind::Rollback) {
        return Err(reference.mistake("it does not export `tidegate:policy/rollback`, so no watch can ask it", None));
    }
    let by_incidents = reference.is_asked_by("incidents");
    if by_incidents && !plugin.is(Kind::Severity) {
        return Err(
            reference.mistake("it does not export `tidegate:policy/severity`, so it classifies no incident", None)
        );
    }
    let is_asked_later = by_watches || by_incidents;
    if (reference.is_asked_by_stages() || !is_asked_later) && !plugin.is(Kind::Gate) {
        return Err(reference.mistake("it does not export `tidegate:policy/gate`, so no stage can use it", None));
    }
    let rules = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    Ok(Loaded { plugin, rules, component })
}

/// Some of the parser's messages hold a dump over several lines.
fn in_one_line(error: &LoadError) -> String {
    error.to_string().split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Components that are not those which the sets pin, and those which no set pins where it has to.
pub(super) fn unpinned(sources: &Sources, plugins: &Plugins, pinning: Pinning) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for reference in sources.plugins() {
        let Some(loaded) = plugins.get(&(reference.set.clone(), reference.name.clone())) else { continue };
        let found = loaded.plugin.digest;
        mistakes.extend(reference.unfit(found));
        if !reference.is_pinned() && pinning == Pinning::Required {
            let message = format!(
                "plugin `{}` has no `sha256`: whoever can write its file could change the policy",
                reference.name
            );
            let hint = format!("add `sha256: {}` (`tidegate policy pin` does), or serve with `--dev`", found.hex());
            mistakes.push(reference.mistake(&message, Some(&hint)));
        }
    }
    mistakes
}

/// Waivers of rules that their stage's plugin does not have.
pub(super) fn unknown_waived_rules(sources: &Sources, plugins: &Plugins) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for one in sources.waivers() {
        for (index, (stage, rule)) in one.waiver.rules.iter().enumerate() {
            let stage =
                sources.stages().find(|(set, known)| **set == one.of && known.id == *stage).map(|(_, stage)| stage);
            let Some(stage) = stage else { continue };
            let Some(loaded) = plugins.get(&(one.of.clone(), stage.plugin.clone())) else { continue };
            if !loaded.rules.contains(rule) {
                let near = nearest(rule.as_str(), loaded.rules.iter().map(|rule| rule.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("plugin `{}` has no rule `{rule}`", stage.plugin);
                mistakes.push(one.mistake(&format!("rules/{index}"), message, hint.as_deref()));
            }
        }
    }
    mistakes
}

/// Every stage's settings against its plugin's schema and its plugin's own opinion, all problems at once.
pub(super) fn unfit_settings(engine: &Engine, sources: &Sources, plugins: &Plugins) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (set, stage) in sources.stages() {
        let Some(loaded) = plugins.get(&(set.clone(), stage.plugin.clone())) else { continue };
        let at = |pointer: &str, message: &str| sources.mistake_in_settings(set, &stage.id, pointer, message);
        match loaded.plugin.settings_problems(engine, &stage.settings) {
            Ok(problems) => {
                mistakes.extend(problems.iter().filter_map(|problem| at(&problem.pointer, &problem.message)));
            }
            Err(fault) => mistakes.extend(at("", &format!("the plugin could not look at them: {fault}"))),
        }
    }
    mistakes
}
