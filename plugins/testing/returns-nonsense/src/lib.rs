//! Answers with what no type of the contract allows. Natively there is nothing of it.

#[cfg(target_arch = "wasm32")]
mod plugin;
