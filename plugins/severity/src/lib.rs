//! How urgent an incident is, and why.
//!
//! The first priority counts of which anything holds; what is known to be nothing of the others is P3. What is not known is named and
//! makes the incident at least P2.
//!
//! **Invariant:** every combination of what is known has a priority, whatever the settings say: settings that leave something out are
//! refused.
//! **Invariant:** whatever speaks for a priority at least as urgent as P2 is named, not only what set it.

pub mod settings;

mod plan;
mod rules;
mod verdict;

use crate::{plan::Plan, settings::Settings};
use tidegate_sdk::{
    describe::{Description, Problem},
    export_severity,
    gate::Failure,
    settings::sentence,
    severity::{Classification, Classifier, Incident},
};

/// The plugin.
#[derive(Debug)]
pub struct Severity;

impl Classifier for Severity {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        Plan::of(settings).err().unwrap_or_default()
    }

    fn classify(incident: &Incident<Settings>) -> Result<Classification, Failure> {
        let plan = Plan::of(&incident.settings).map_err(|all| Failure::BadSettings(sentence(&all)))?;
        Ok(verdict::of(&plan, incident))
    }
}

export_severity!(Severity);
