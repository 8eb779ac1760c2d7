//! The contract, as the engine has it, for whoever looks at artifacts.

use tidegate_core::wasi::Wasi;
use tidegate_engine::manifest::{Manifest, offers};
use tidegate_registry::contract::Contract;

/// What the engine offers to plugins. WASI may be asked for: whether it is granted, the policy set says that names the plugin.
#[derive(Debug, Clone, Copy)]
pub struct Offered;

impl Contract for Offered {
    fn exceeding(&self, imports: &[String]) -> Vec<String> {
        imports.iter().filter(|import| !offers(import, Wasi::Inert)).cloned().collect()
    }

    fn imports(&self, component: &[u8]) -> Result<Vec<String>, String> {
        let manifest = Manifest::read_granting(component, Wasi::Inert).map_err(|error| error.to_string())?;
        Ok([manifest.imports, manifest.wasi].concat())
    }
}
