//! Imports a clock, which the contract does not offer. Natively there is nothing of it.

#[cfg(target_arch = "wasm32")]
mod plugin;
