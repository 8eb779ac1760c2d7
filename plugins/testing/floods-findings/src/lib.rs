//! Answers with as many findings as its settings say, also with more than anybody reads.

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
    type Settings = usize;

    fn describe() -> Description {
        Description::new(
            "floods-findings",
            "0.1.0",
            "Answers with more findings than anybody reads.",
            r#"{"type": "integer"}"#,
        )
        .rule(Rule::new("rule", "A rule", Severity::Low))
    }

    fn evaluate(request: &Request<usize>, _evidence: &Evidence) -> Result<Report, Failure> {
        let findings = vec![Finding::new("rule", Severity::Low, ""); request.settings];
        Ok(Report { findings, ..Report::of(vec![], None) })
    }
}

export_gate!(FloodsFindings);
