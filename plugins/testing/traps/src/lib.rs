//! Panics while it judges.

use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct Traps;

impl Gate for Traps {
    type Settings = ();

    fn describe() -> Description {
        Description::new("traps", "0.1.0", "Panics while it judges.", r#"{"type": "null"}"#)
    }

    #[expect(clippy::panic, reason = "that is the behaviour")]
    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        panic!("on purpose")
    }
}

export_gate!(Traps);
