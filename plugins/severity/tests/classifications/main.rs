//! How urgent incidents are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod combinations;
mod reasons;
mod settings;

use severity::{Severity, settings::Settings};
use tidegate_sdk::{
    fixture::incident,
    severity::{Classification, Classifier as _, Incident},
};

/// An incident that is known to be none.
fn none() -> Incident<Settings> {
    incident(Settings::default())
}

fn classified(incident: &Incident<Settings>) -> Classification {
    Severity::classify(incident).unwrap()
}
