//! Scores with the share that its settings name, also with one that is none.

use tidegate_sdk::{
    describe::Description,
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::{Ratio, Report},
};

/// The plugin.
#[derive(Debug)]
pub struct RatioOutOfRange;

impl Gate for RatioOutOfRange {
    type Settings = (u64, u64);

    fn describe() -> Description {
        Description::new(
            "ratio-out-of-range",
            "0.1.0",
            "Scores with the share that its settings name, also with one that is none.",
            r#"{"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}"#,
        )
    }

    fn evaluate(request: &Request<(u64, u64)>, _evidence: &Evidence) -> Result<Report, Failure> {
        let (numerator, denominator) = request.settings;
        Ok(Report::of(vec![], Some(Ratio { numerator, denominator })))
    }
}

export_gate!(RatioOutOfRange);
