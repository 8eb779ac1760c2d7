//! Takes memory until there is none.

use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct GrowsMemory;

impl Gate for GrowsMemory {
    type Settings = ();

    fn describe() -> Description {
        Description::new("grows-memory", "0.1.0", "Takes memory until there is none.", r#"{"type": "null"}"#)
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        loop {
            std::mem::forget(std::hint::black_box(vec![1_u8; 1 << 20]));
        }
    }
}

export_gate!(GrowsMemory);
