//! Repeats everything that it is shown, its settings and each document, in its log and in its findings.

use serde::Deserialize;
use tidegate_sdk::{
    describe::{Description, Rule},
    evidence::Evidence,
    export_gate,
    finding::{Finding, Severity},
    gate::{Failure, Gate, Request},
    log::{Level, write},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct RepeatsEvidence;

/// What it is to say.
#[derive(Debug, Deserialize)]
pub struct Settings {
    said: String,
}

impl Gate for RepeatsEvidence {
    type Settings = Settings;

    fn describe() -> Description {
        let schema = r#"{"type": "object", "properties": {"said": {"type": "string"}}, "required": ["said"]}"#;
        Description::new("repeats-evidence", "0.1.0", "Repeats what it is shown.", schema).rule(Rule::new(
            "rule",
            "A rule",
            Severity::Low,
        ))
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let mut findings = Vec::new();
        let mut repeat = |text: &str| {
            write(Level::Error, text);
            findings.push(Finding::new("rule", Severity::Low, text));
        };
        repeat(&request.settings.said);
        for document in evidence.documents() {
            let source = document.source();
            repeat(&format!("{source:?}"));
            repeat(&String::from_utf8_lossy(&document.bytes(0, 4096)));
        }
        Ok(Report { findings, ..Report::of(vec![], None) })
    }
}

export_gate!(RepeatsEvidence);
