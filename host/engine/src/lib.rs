//! Runs policy plugins: WebAssembly components that reach the evidence bound to them and nothing else.
//!
//! An [`engine::Engine`] loads a [`plugin::Plugin`] once ([`load`] says what can be wrong with it) and evaluates it any number of
//! times, each time in a fresh instance from a pool.
//!
//! **Invariant:** no other crate names wasmtime, and no type generated from `wit/` leaves this one.
//! **Invariant:** an evaluation sees the documents handed in with it, and no instance is ever used twice.
//! **Invariant:** every limit of [`config::Limits`] is checked before memory is taken, and the error says both numbers.
//! **Invariant:** a plugin has no clock, no randomness, no network and no files: [`manifest`] refuses every other import. WASI, where a
//! policy set grants it, is a machine that has nothing either.
//!
//! Unix only: the cache of precompiled components rests on file owners and permissions. Swap must be off where plugins are
//! not trusted with each other's memory: a pooled page that was swapped out while dirty may be handed on unwiped.

pub mod cache;
pub mod config;
pub mod describe;
pub mod engine;
pub mod evaluate;
pub mod load;
pub mod manifest;
pub mod plugin;
pub mod settings;
pub mod watch;

mod admission;
mod ask;
mod bindings;
mod call;
mod convert;
mod evidence;
mod log_book;
mod memory;
mod state;
mod stop;
mod ticker;
mod tuning;
mod wasi;
