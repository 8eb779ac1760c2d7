//! Rego rules without compiling: conftest's and Gatekeeper's as they are, and rules over the deployment and all of its evidence.
//!
//! The rules stand in the settings. regorus interprets them in here; what it lacks is added or refused by name.
//!
//! **Invariant:** a builtin that is not supported is a mistake of the settings with file and line, whether or not a rule comes to it.
//! **Invariant:** a document that cannot be read, is unfinished or absent is no pass, and neither is a rule of an unknown shape.
//! **Invariant:** no clock, no randomness, no network: `time.now_ns` is the moment of the decision, and steps are counted, not timed.

mod annotations;
mod builtins;
mod compile;
mod documents;
mod engine;
mod gatekeeper;
mod heads;
mod input;
mod judge;
mod names;
mod pieces;
mod rules;
pub mod settings;

use crate::settings::Settings;
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate_with,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct Rego;

impl Gate for Rego {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        settings.problems()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        judge::judge(request, evidence)
    }
}

export_gate_with!(Rego, tidegate_sdk::arena::Heap<{ 8 << 20 }>);
