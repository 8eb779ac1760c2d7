//! The allocator of a plugin: an arena in `.bss`, because an instance lives for one call.
//!
//! Growing memory costs a system call and a lock that all instances share, so that two threads are slower than one. The arena
//! is part of the memory a plugin begins with; pages that are not touched cost nothing. Blocks are given out one after the other;
//! only the last one is given back or enlarged in place. What does not fit is taken from memory that grows.
//!
//! [`crate::export_gate`] installs it. A plugin that makes and forgets many values in one call, such as an interpreter, takes
//! `Heap` by [`crate::export_gate_with`]: it gives blocks out again, and says itself how many bytes are there from the beginning.

pub mod bump;
pub mod classes;

#[cfg(target_arch = "wasm32")]
pub use self::{heap::Heap, installed::Arena};

/// Bytes that are there from the beginning.
pub const ARENA_BYTES: usize = 2 << 20;

#[cfg(target_arch = "wasm32")]
mod heap;
#[cfg(target_arch = "wasm32")]
mod installed;
