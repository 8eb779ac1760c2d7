//! Plugins of after a deployment as WebAssembly on an engine, and the same plugins natively: the same question gets the same answer,
//! to the last bit. And the runbook's policy set says what they take.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod runbook;
mod twins;
mod world;
