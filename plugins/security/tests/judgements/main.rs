//! The plugin's judgements, as data: every rule on both sides of its boundary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod baseline;
mod endpoints;
mod packages;
mod provenance;
mod scans;
mod together;
mod vulnerabilities;
mod world;
