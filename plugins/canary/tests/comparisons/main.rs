//! Canaries compared with what runs beside them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod fail_opens;
mod judgements;
mod settings;
mod statistics;
mod world;
