//! Panics while it judges.

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
pub struct Traps;

impl Gate for Traps {
    /// None, or an empty mapping, which is what a policy set has when it says nothing.
    type Settings = Option<BTreeMap<String, bool>>;

    fn describe() -> Description {
        Description::new("traps", "0.1.0", "Panics while it judges.", r#"{"type": ["null", "object"]}"#)
    }

    #[expect(clippy::panic, reason = "that is the behaviour")]
    fn evaluate(_request: &Request<Self::Settings>, _evidence: &Evidence) -> Result<Report, Failure> {
        panic!("on purpose")
    }
}

export_gate!(Traps);
