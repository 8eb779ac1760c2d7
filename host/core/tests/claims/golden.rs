//! The text form of every outcome, as a pipeline's log shows it.

mod notes;
mod outcomes;
mod runbook;
mod services;
