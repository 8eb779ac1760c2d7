//! Every form of trigger at its bounds, as tables: samples, and what they come to.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod advice;
mod alerts;
mod clearing;
mod consecutive;
mod k_of_n;
mod lasting;
mod odd_samples;
mod reference;
mod runbook;
mod settings;
mod world;
