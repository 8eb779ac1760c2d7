//! Where the components come from that policy sets name.

use super::{Component, bounded};
use std::{path::Path, sync::Arc};
use tidegate_bundle::sources::{InRegistry, PluginReference};

/// Somebody who has components.
pub trait Components {
    /// Its bytes, or why there are none. Asked once for all sets that name the same.
    fn component(&mut self, plugin: &PluginReference<'_>) -> Component;

    /// Whether it is signed as this set asks for, and why not. Asked for each set.
    fn vouched(&mut self, _plugin: &PluginReference<'_>) -> Result<(), String> {
        Ok(())
    }
}

/// Somebody who has the components that lie in registries.
pub trait FromRegistries {
    /// Its bytes, or why there are none.
    fn component(&mut self, place: &InRegistry) -> Component;

    /// Whether it is signed as the plugin's set asks for, and why not.
    fn vouched(&mut self, plugin: &PluginReference<'_>, place: &InRegistry) -> Result<(), String>;
}

/// Nobody asks: what a digest names does not change, so whoever looks for changes need not look there.
#[derive(Debug, Clone, Copy)]
pub struct NotAsked;

impl FromRegistries for NotAsked {
    fn component(&mut self, _place: &InRegistry) -> Component {
        Err("it was not asked for".to_owned())
    }

    fn vouched(&mut self, _plugin: &PluginReference<'_>, _place: &InRegistry) -> Result<(), String> {
        Ok(())
    }
}

/// Files of this machine, and registries.
pub(super) struct FromHere<'a> {
    pub(super) bytes_max: u64,
    pub(super) registries: &'a mut dyn FromRegistries,
}

impl Components for FromHere<'_> {
    fn component(&mut self, plugin: &PluginReference<'_>) -> Component {
        let Some(place) = plugin.registry else {
            return bounded(plugin.path, self.bytes_max).map(Arc::from).map_err(|error| error.to_string());
        };
        let bytes = self.registries.component(place)?;
        let (used, allowed) = (bytes.len() as u64, self.bytes_max);
        if used > allowed { Err(format!("it is too large: {used} bytes used, {allowed} allowed")) } else { Ok(bytes) }
    }

    fn vouched(&mut self, plugin: &PluginReference<'_>) -> Result<(), String> {
        plugin.registry.map_or(Ok(()), |place| self.registries.vouched(plugin, place))
    }
}

/// Whatever somebody has by its path.
pub(super) struct ByPath<F>(pub(super) F);

impl<F: FnMut(&Path) -> Component> Components for ByPath<F> {
    fn component(&mut self, plugin: &PluginReference<'_>) -> Component {
        (self.0)(plugin.path)
    }
}
