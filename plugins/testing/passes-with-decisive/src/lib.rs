//! Passes, with a finding that makes the stage fail.

use tidegate_sdk::{
    describe::{Description, Rule},
    evidence::Evidence,
    export_gate,
    finding::{Finding, Severity},
    gate::{Failure, Gate, Request},
    report::{Outcome, Report},
};

/// The plugin.
#[derive(Debug)]
pub struct PassesWithDecisive;

impl Gate for PassesWithDecisive {
    type Settings = ();

    fn describe() -> Description {
        Description::new(
            "passes-with-decisive",
            "0.1.0",
            "Passes, with a finding that makes the stage fail.",
            r#"{"type": "null"}"#,
        )
        .rule(Rule::new("rule", "A rule", Severity::Low))
    }

    fn evaluate(_request: &Request<()>, _evidence: &Evidence) -> Result<Report, Failure> {
        let finding = Finding::new("rule", Severity::Low, "this alone makes the stage fail").decisive();
        Ok(Report { outcome: Outcome::Pass, ..Report::of(vec![finding], None) })
    }
}

export_gate!(PassesWithDecisive);
