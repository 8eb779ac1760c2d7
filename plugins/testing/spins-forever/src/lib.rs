//! Never comes to an end.

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
    type Settings = ();

    fn describe() -> Description {
        Description::new("spins-forever", "0.1.0", "Never comes to an end.", r#"{"type": "null"}"#)
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        loop {
            std::hint::spin_loop();
        }
    }
}

export_gate!(SpinsForever);
