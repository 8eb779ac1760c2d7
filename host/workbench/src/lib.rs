//! What a plugin author does: begin a project, build a plugin from its folder, look into one, have the shipped ones at hand.
//!
//! A build is two steps: cargo makes a core module for `wasm32-unknown-unknown` ([`cargo`]), and `wit-component` turns it into
//! a component in this process ([`component`]). No other tool is needed than rustup's cargo. A package that asks for
//! `wasm32-wasip2` ([`target`]) comes out of its linker as a component. Plugins in TypeScript and Python are made by tools of these
//! languages ([`languages`]).
//!
//! **Invariant:** a file is written whole or not at all.
//! **Invariant:** the cargo that builds a plugin sees nothing of a cargo that runs us: neither its flags nor its build lock.
//! **Invariant:** nothing here judges a plugin; whether it fits the contract is the engine's word.

pub mod build;
pub mod cargo;
pub mod component;
mod embedded;
pub mod files;
pub mod inspect;
pub mod languages;
pub mod reference;
pub mod scaffold;
pub mod shipped;
pub mod target;
#[cfg(feature = "testing")]
pub mod testing;
