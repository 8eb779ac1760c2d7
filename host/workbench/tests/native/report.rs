//! A report as a plugin's author makes it, as the host receives it.

use crate::rows::severity;
use tidegate_core::{
    digest::Digest,
    finding::{Finding, Location, Remediation},
    name::RuleId,
    report::{GateOutcome, GateReport},
    time::Timestamp,
};
use tidegate_sdk::{
    finding,
    report::{Outcome, Report},
};

pub(crate) fn of(given: Report) -> GateReport {
    let outcome = match given.outcome {
        Outcome::Pass => GateOutcome::Pass,
        Outcome::Fail => GateOutcome::Fail,
        Outcome::Hold(until) => GateOutcome::Hold(until.map(Timestamp::from_nanos)),
        Outcome::NotApplicable => GateOutcome::NotApplicable,
        Outcome::Inconclusive => GateOutcome::Inconclusive,
    };
    GateReport {
        outcome,
        score: given.score.map(|score| (score.numerator, score.denominator)),
        summary: given.summary,
        findings: given.findings.into_iter().map(observed).collect(),
        omitted: given.omitted,
        omitted_decisive: given.omitted_decisive,
    }
}

fn observed(given: finding::Finding) -> Finding {
    let remediation =
        |given: finding::Remediation| Remediation { title: given.title, command: given.command, doc: given.doc };
    Finding {
        rule: RuleId::parse(&given.rule).unwrap(),
        severity: severity(given.severity),
        message: given.message,
        location: given.location.map(|at| Location { uri: at.uri, line: at.line }),
        subject: given.subject,
        fingerprint: given.fingerprint,
        evidence: given.evidence.map(|digest| Digest::parse(&digest).unwrap()),
        remediation: given.remediation.map(remediation),
        decisive: given.decisive,
    }
}
