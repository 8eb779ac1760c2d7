//! What a plugin's answer means, once it is clear that it means anything.

use crate::{
    fault::{Blame, Fault, FaultKind, Refusal},
    finding::{Finding, Severity},
    name::{RuleId, ServiceName},
    ratio::Ratio,
    report::{GateOutcome, GateReport},
    stage_result::{Conclusion, Evaluation, Marked},
    sufficiency::Insufficient,
};
use std::{cmp::Reverse, sync::Arc};

/// A report that contradicts neither itself nor the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    report: GateReport,
    ratio: Option<Ratio>,
}

/// Believes a report, or says which contradiction makes it malformed (blame: plugin).
pub fn report(report: GateReport, declared: &[RuleId]) -> Result<Believed, Fault> {
    let malformed = |message: String| Fault { blame: Blame::Plugin, kind: FaultKind::MalformedReport, message };
    let ratio = match report.score.map(|(numerator, denominator)| Ratio::new(numerator, denominator)) {
        None => None,
        Some(Ok(ratio)) => Some(ratio),
        Some(Err(error)) => return Err(malformed(format!("its score {error}"))),
    };
    let decisive = report.omitted_decisive || report.findings.iter().any(|finding| finding.decisive);
    let contradiction = match report.outcome {
        GateOutcome::Pass if decisive => Some("it passed with a decisive finding"),
        GateOutcome::NotApplicable if decisive => Some("it says that it does not apply, with a decisive finding"),
        _ if report.omitted_decisive && report.omitted == 0 => Some("it omitted a decisive finding, but no finding"),
        _ => None,
    };
    if let Some(contradiction) = contradiction {
        return Err(malformed(contradiction.to_owned()));
    }
    // Of several the first by name, so that the order of findings changes nothing.
    match report.findings.iter().map(|finding| &finding.rule).filter(|rule| !declared.contains(rule)).min() {
        Some(rule) => Err(malformed(format!("it cites rule `{rule}`, which it does not declare"))),
        None => Ok(Believed { report, ratio }),
    }
}

/// What came of asking a plugin, as one evaluation.
#[must_use]
pub fn evaluation(
    answer: Result<GateReport, Refusal>,
    declared: &[RuleId],
    service: Option<ServiceName>,
) -> Evaluation {
    let believed = answer.and_then(|given| report(given, declared).map_err(Refusal::Fault));
    match believed {
        Ok(believed) => believed.evaluation(service),
        Err(Refusal::BadEvidence(why)) => empty(service, Conclusion::Inconclusive(Blame::Caller), &why),
        Err(Refusal::Fault(fault)) => faulty(service, fault),
    }
}

/// An evaluation that could not be made.
#[must_use]
pub fn faulty(service: Option<ServiceName>, fault: Fault) -> Evaluation {
    let summary = fault.message.clone();
    empty(service, Conclusion::Error(fault), &summary)
}

/// An evaluation for which the evidence does not suffice.
#[must_use]
pub fn insufficient(service: Option<ServiceName>, insufficient: Insufficient) -> Evaluation {
    let mut evaluation =
        empty(service, Conclusion::Inconclusive(Insufficient::BLAME), "the evidence allows no conclusion");
    evaluation.findings = sorted(insufficient.findings);
    evaluation
}

fn empty(service: Option<ServiceName>, conclusion: Conclusion, summary: &str) -> Evaluation {
    Evaluation {
        service,
        conclusion,
        ratio: None,
        summary: Arc::from(summary),
        findings: Vec::new(),
        omitted: 0,
        omitted_decisive: false,
    }
}

impl Believed {
    fn evaluation(self, service: Option<ServiceName>) -> Evaluation {
        let Self { report, ratio } = self;
        let conclusion = match report.outcome {
            GateOutcome::Pass => Conclusion::Pass,
            GateOutcome::Fail => Conclusion::Fail,
            GateOutcome::Hold(until) => Conclusion::Hold(until),
            GateOutcome::NotApplicable => Conclusion::NotApplicable,
            // The evidence was there and sound, so whoever brought it has to bring more of it.
            GateOutcome::Inconclusive => Conclusion::Inconclusive(Blame::Caller),
        };
        Evaluation {
            service,
            conclusion,
            ratio,
            summary: Arc::from(report.summary),
            findings: sorted(report.findings),
            omitted: report.omitted,
            omitted_decisive: report.omitted_decisive,
        }
    }
}

/// Decisive first, then the worst, then by rule and text: an order that does not depend on the plugin's.
fn sorted(mut findings: Vec<Finding>) -> Vec<Marked> {
    findings.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.cmp(b)));
    findings.into_iter().map(|finding| Marked { finding, waived_by: None }).collect()
}

fn order(finding: &Finding) -> (Reverse<bool>, Reverse<Severity>) {
    (Reverse(finding.decisive), Reverse(finding.severity))
}
