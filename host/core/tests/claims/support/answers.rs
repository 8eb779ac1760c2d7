//! What a plugin may answer.

use super::names::rule;
use tidegate_core::{
    fault::{Blame, Fault, FaultKind, Refusal},
    finding::{Finding, Severity},
    report::{GateOutcome, GateReport},
    time::Timestamp,
};

/// The rules that native plugins declare.
pub(crate) const RULES: [&str; 3] = ["tests.failed", "tests.slow", "tests.flaky"];

/// A plugin's answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer(pub(crate) Result<GateReport, Refusal>);

fn report(outcome: GateOutcome) -> Answer {
    Answer(Ok(GateReport {
        outcome,
        score: None,
        summary: "as asked".to_owned(),
        findings: Vec::new(),
        omitted: 0,
        omitted_decisive: false,
    }))
}

pub(crate) fn pass() -> Answer {
    report(GateOutcome::Pass)
}

pub(crate) fn fail() -> Answer {
    report(GateOutcome::Fail)
}

pub(crate) fn hold() -> Answer {
    report(GateOutcome::Hold(None))
}

pub(crate) fn hold_until(until: Timestamp) -> Answer {
    report(GateOutcome::Hold(Some(until)))
}

pub(crate) fn not_applicable() -> Answer {
    report(GateOutcome::NotApplicable)
}

pub(crate) fn inconclusive() -> Answer {
    report(GateOutcome::Inconclusive)
}

pub(crate) fn bad_evidence() -> Answer {
    Answer(Err(Refusal::BadEvidence("it is in a language nobody reads".to_owned())))
}

pub(crate) fn fault(blame: Blame, kind: FaultKind) -> Answer {
    Answer(Err(Refusal::Fault(Fault { blame, kind, message: "it could not be judged".to_owned() })))
}

pub(crate) fn finding(of: &str, subject: &str) -> Finding {
    Finding {
        rule: rule(of),
        severity: Severity::High,
        message: format!("{subject} broke it"),
        location: None,
        subject: Some(subject.to_owned()),
        fingerprint: Some(format!("print of {subject}")),
        evidence: None,
        remediation: None,
        decisive: false,
    }
}

pub(crate) fn decisive(of: &str, subject: &str) -> Finding {
    Finding { decisive: true, ..finding(of, subject) }
}

impl Answer {
    fn with(self, change: impl FnOnce(&mut GateReport)) -> Self {
        Self(self.0.map(|mut report| {
            change(&mut report);
            report
        }))
    }

    pub(crate) fn ratio(self, numerator: u64, denominator: u64) -> Self {
        self.with(|report| report.score = Some((numerator, denominator)))
    }

    pub(crate) fn finds(self, finding: Finding) -> Self {
        self.with(|report| report.findings.push(finding))
    }

    pub(crate) fn omits(self, omitted: u32) -> Self {
        self.with(|report| report.omitted = omitted)
    }

    /// Says that a decisive finding is among those omitted.
    pub(crate) fn omits_decisive(self) -> Self {
        self.with(|report| report.omitted_decisive = true)
    }
}
