//! Plugins as artifacts: in a real registry (Debian's `docker-registry`), and in ones that misbehave.
//!
//! One binary: the world is linked once.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod asked;
mod bundles;
mod carried;
mod malformed;
mod patient;
mod real;
mod signed;
mod world;
