//! Answers with more findings than anybody reads: as many as fit into its memory with room to spare.

use tidegate_sdk::{
    describe::{Description, Rule},
    evidence::Evidence,
    export_gate,
    finding::{Finding, Severity},
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct FloodsFindings;

impl Gate for FloodsFindings {
    type Settings = ();

    fn describe() -> Description {
        Description::new(
            "floods-findings",
            "0.1.0",
            "Answers with more findings than anybody reads: as many as fit into its memory with room to spare.",
            r#"{"type": "null"}"#,
        )
        .rule(Rule::new("rule", "A rule", Severity::Low))
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        let findings = vec![Finding::new("rule", Severity::Low, ""); 100_000];
        Ok(Report { findings, ..Report::of(vec![], None) })
    }
}

export_gate!(FloodsFindings);
