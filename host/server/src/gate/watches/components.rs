//! The plugins by which watches are judged.

use super::{plan::Plan, running::Stuck};
use crate::gate::{Gate, error::GateError};
use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};
use tidegate_core::{digest::Digest, wasi::Wasi};
use tidegate_engine::plugin::Plugin;
use tokio::sync::Mutex;

/// Those that are not of the bundle in force, as long as a watch needs them. Loading takes as long as compiling: watches of the same plugin wait
/// for one of them.
#[derive(Debug, Default)]
pub(crate) struct Components(Mutex<BTreeMap<Digest, Weak<Plugin>>>);

impl Gate {
    /// The plugin that the plan names: of the bundle in force, or else as the record has it.
    pub(super) async fn watch_component(&self, plan: &Plan) -> Result<Arc<Plugin>, Stuck> {
        let digest = plan.component_digest().ok_or_else(|| Stuck::Lost("its plan names no plugin".to_owned()))?;
        let in_force = self.in_force();
        let known = in_force.bench.active.plugins().find(|(_, _, loaded)| loaded.plugin.digest == digest);
        if let Some((_, _, loaded)) = known {
            return Ok(loaded.plugin.clone());
        }
        let mut loaded = self.components.0.lock().await;
        loaded.retain(|_, plugin| plugin.strong_count() > 0);
        if let Some(plugin) = loaded.get(&digest).and_then(Weak::upgrade) {
            return Ok(plugin);
        }
        let bytes = self.ledger().body(&digest).await.map_err(GateError::from)?;
        let bytes = bytes.ok_or_else(|| Stuck::Lost(format!("plugin `{digest}` is not in the record")))?;
        let engine = in_force.bench.engine.clone();
        // What it may import was for the set to say under which it came into the record; WASI grants nothing besides.
        let loading = tokio::task::spawn_blocking(move || engine.load_granting(&bytes, Wasi::Inert));
        let plugin = loading.await.map_err(|error| GateError::Internal(error.to_string()))?;
        let plugin = plugin.map_err(|error| Stuck::Lost(error.to_string()))?;
        loaded.insert(digest, Arc::downgrade(&plugin));
        Ok(plugin)
    }
}
