//! Tests, coverage, issues and measurements against thresholds.
//!
//! Each group of settings is one part of the judgement: it needs its kind of content in the evidence, and concludes by itself.
//! Together: inconclusive when one part is (a waiver of the other parts' findings must not hide what was never seen), else failed
//! when one finding is decisive, else passed.
//!
//! **Invariant:** what is asked for and not there is inconclusive, never a pass.
//! **Invariant:** comparisons are exact; no share is ever rounded before it is compared.

pub mod settings;

mod coverage;
mod evidence;
mod issues;
mod listing;
mod measurements;
mod part;
mod rules;
mod tests_part;

use crate::{evidence::Seen, listing::Listing, part::Part, settings::Settings};
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct Quality;

impl Gate for Quality {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        settings.problems()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let settings = &request.settings;
        let seen = Seen::of(evidence);
        let mut listing = Listing::new(settings.stated_max());
        let mut parts = Vec::from_iter(evidence::incomplete(&seen, &mut listing));
        if let Some(settings) = &settings.tests {
            parts.push(tests_part::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.coverage {
            parts.push(coverage::judge(settings, &seen));
        }
        if let Some(settings) = &settings.issues {
            parts.push(issues::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.measurements {
            parts.push(measurements::judge(settings, &seen));
        }
        Ok(Part::together(parts, listing))
    }
}

export_gate!(Quality);
