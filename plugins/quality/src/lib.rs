//! Tests, coverage, issues, measurements, accessibility and performance against thresholds and against a baseline.
//!
//! Each group of settings is one part of the judgement: it needs its kind of content in the evidence, and concludes by itself.
//! Together: inconclusive when one part is (a waiver of the other parts' findings must not hide what was never seen), else failed
//! when one finding is decisive, else passed.
//!
//! **Invariant:** what is asked for and not there is inconclusive, never a pass.
//! **Invariant:** comparisons are exact; no share is ever rounded before it is compared.

pub mod settings;

mod accessibility;
mod coverage;
mod issues;
mod measurements;
mod performance;
mod rules;
mod scores;
mod tests_part;
mod unread;

use crate::settings::Settings;
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    parts::{Listing, Part, Seen, baseline::Before},
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
        let mut parts = Vec::from_iter(seen.incomplete(&mut listing));
        parts.extend(unread::judge(settings, &seen, &mut listing));
        if let Some(settings) = &settings.tests {
            parts.push(tests_part::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.coverage {
            parts.push(coverage::judge(settings, &seen));
        }
        parts.extend(issues::judge(settings, &seen, &mut listing));
        if let Some(settings) = &settings.measurements {
            parts.push(measurements::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.accessibility {
            parts.extend(accessibility::judge(settings, &seen, &mut listing));
        }
        if let Some(settings) = &settings.performance {
            parts.extend(performance::judge(settings, &seen, &mut listing));
        }
        parts.extend(against_baseline(settings, &seen, evidence, &mut listing)?);
        Ok(Part::together(parts, listing, Part::smallest_share))
    }
}

/// What the settings compare with the earlier deployment. The baseline is asked for only if they do.
fn against_baseline(
    settings: &Settings,
    seen: &Seen,
    evidence: &Evidence,
    listing: &mut Listing,
) -> Result<Vec<Part>, Failure> {
    let vanished = settings.tests.as_ref().and_then(|tests| tests.vanished_max_percent);
    let fall = settings.coverage.as_ref().and_then(|coverage| coverage.fall_max_points);
    let rises = settings.measurements.as_deref().unwrap_or_default();
    let rises = Some(rises).filter(|rises| rises.iter().any(|threshold| threshold.rise_max_percent.is_some()));
    if vanished.is_none() && fall.is_none() && rises.is_none() {
        return Ok(Vec::new());
    }
    let before = match Before::of(evidence)? {
        Before::Documents(before) => before,
        Before::Concluded(part) => return Ok(vec![part]),
    };
    let vanished = vanished.map(|max| tests_part::compare(max, seen, &before, listing));
    let fall = fall.map(|max| coverage::compare(max, seen, &before));
    let rises = rises.map(|rises| measurements::compare(rises, seen, &before, listing));
    Ok(vanished.into_iter().chain(fall).chain(rises).collect())
}

export_gate!(Quality);
