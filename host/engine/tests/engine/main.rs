//! The engine against small plugins written as WebAssembly text, one odd behaviour each. They need no toolchain and show
//! exactly which bytes cross the boundary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod after;
mod answers;
mod contract;
mod guest;
mod inert;
mod instances;
mod judging;
mod loading;
mod python;
mod world;
