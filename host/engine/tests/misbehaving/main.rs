//! Plugins that misbehave, one behaviour each: every one ends in a typed fault that blames it, and the next evaluation on the same
//! engine is as if nothing had happened.
//!
//! `build.rs` writes one test for every folder of `plugins/testing`, which calls the function of that name in [`checks`]. A folder
//! without a function, or a function without a folder, does not compile.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]
#![deny(dead_code)]

mod beside;
mod checks;
mod world;

include!(concat!(env!("OUT_DIR"), "/misbehaving.rs"));
