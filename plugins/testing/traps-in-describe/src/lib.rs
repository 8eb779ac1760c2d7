//! Panics when it is asked who it is.

use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct TrapsInDescribe;

impl Gate for TrapsInDescribe {
    type Settings = ();

    #[expect(clippy::panic, reason = "that is the behaviour")]
    fn describe() -> Description {
        panic!("on purpose")
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        Ok(Report::of(vec![], None))
    }
}

export_gate!(TrapsInDescribe);
