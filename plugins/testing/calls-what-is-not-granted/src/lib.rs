//! Calls an interface of WASI that no gate grants. Natively there is nothing of it.

#[cfg(target_arch = "wasm32")]
mod plugin;
