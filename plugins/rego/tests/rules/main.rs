//! What the plugin promises, beyond the suites of `cases`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod builtins;
mod evidence;
mod language;
mod laws;
mod settings;
mod time;
mod world;
