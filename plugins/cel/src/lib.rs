//! One-line rules that stand in the policy file, in CEL (<https://cel.dev>), compiled by nobody.
//!
//! A rule holds when its expression is `true`, and is broken when it is `false`. Everything else is neither: a key that is not
//! there, a division by zero, an answer that is no bool. Together: inconclusive when one rule cannot be decided (a waiver of the
//! other rules' findings must not hide what was never seen), else failed when one that blocks is broken, else passed.
//!
//! **Invariant:** what an expression looks for in the evidence and does not find is inconclusive, never a pass. CEL's `||` and
//! `&&` need not look at both sides: what one side settles holds whatever the other would have said.
//! **Invariant:** whoever asks of nothing gets no answer: `all`, `exists`, `map` and `filter` over an empty list of evidence.
//! **Invariant:** no clock and no randomness: `now` is the moment of the decision, and maps are walked in the order of their keys.
//! **Invariant:** evidence is read only as far as the expressions look at it.

pub mod language;
pub mod settings;

mod documents;
mod expression;
mod report;
mod rules;
mod values;
mod variables;
mod verdict;

use crate::{language::Language, settings::Settings, verdict::judge};
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct Cel;

impl Gate for Cel {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        settings.problems()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let language = Language::new().map_err(|error| Failure::Internal(error.to_string()))?;
        let verdicts = judge(request, evidence, language)?;
        Ok(report::of(request, verdicts))
    }
}

export_gate!(Cel);
