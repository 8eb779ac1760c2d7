//! Never comes to an end.

use std::collections::BTreeMap;
use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct SpinsForever;

impl Gate for SpinsForever {
    /// None, or an empty mapping, which is what a policy set has when it says nothing.
    type Settings = Option<BTreeMap<String, bool>>;

    fn describe() -> Description {
        Description::new("spins-forever", "0.1.0", "Never comes to an end.", r#"{"type": ["null", "object"]}"#)
    }

    fn evaluate(_request: &Request<Self::Settings>, _evidence: &Evidence) -> Result<Report, Failure> {
        loop {
            std::hint::spin_loop();
        }
    }
}

export_gate!(SpinsForever);
