//! All verdicts together.

use crate::{
    rules::{BROKEN, UNDECIDED},
    settings::{Rule, Settings},
    verdict::Verdict,
};
use tidegate_sdk::{
    finding::{Finding, Remediation, Severity},
    gate::Request,
    report::{Outcome, Ratio, Report},
    text::{bounded, counted},
};

/// Bytes of an expression that a finding repeats, at most.
const SHOWN_BYTES_MAX: usize = 200;

pub(crate) fn of(request: &Request<Settings>, verdicts: Vec<Verdict>) -> Report {
    let rules = &request.settings.rules;
    let (mut holding, mut broken, mut undecided) = (0, 0, 0);
    let mut share = Ratio { numerator: 0, denominator: 0 };
    let mut findings = Vec::new();
    for (rule, verdict) in rules.iter().zip(verdicts) {
        share.denominator += u64::from(rule.blocks());
        match verdict {
            Verdict::Holds => {
                holding += 1;
                share.numerator += u64::from(rule.blocks());
            }
            Verdict::Broken(words) => {
                broken += 1;
                findings.push(of_broken(rule, words, request));
            }
            Verdict::Undecided(why) => {
                undecided += 1;
                findings.push(of_undecided(rule, &why, request));
            }
        }
    }
    let fails = findings.iter().any(|finding| finding.decisive);
    let outcome = match (undecided, fails) {
        (0, false) => Outcome::Pass,
        (0, true) => Outcome::Fail,
        _ => Outcome::Inconclusive,
    };
    let score = (undecided == 0 && share.denominator > 0).then_some(share);
    let mut summary = format!("{holding} of {} hold", counted(rules.len() as u64, "rule"));
    for (count, what) in [(broken, "broken"), (undecided, "undecided")] {
        if count > 0 {
            summary.push_str(&format!(", {count} {what}"));
        }
    }
    Report::concluded(outcome, findings, score).summary(summary)
}

fn of_broken(rule: &Rule, words: Option<String>, request: &Request<Settings>) -> Finding {
    let message = words.or_else(|| rule.message.clone()).unwrap_or_else(|| format!("{} is not fulfilled", shown(rule)));
    let finding = about(Finding::new(BROKEN, rule.severity.into(), message), rule, request);
    let remediation = rule.remediation.as_deref().map(Remediation::new);
    let finding = remediation.into_iter().fold(finding, Finding::remediation);
    if rule.blocks() { finding.decisive() } else { finding }
}

/// Never decisive: nobody can waive what was never seen.
fn of_undecided(rule: &Rule, why: &str, request: &Request<Settings>) -> Finding {
    let message = format!("{} cannot be decided: {why}", shown(rule));
    about(Finding::new(UNDECIDED, Severity::High, message), rule, request)
}

fn about(finding: Finding, rule: &Rule, request: &Request<Settings>) -> Finding {
    let print = match &request.service {
        Some(service) => format!("{}@{service}", rule.id),
        None => rule.id.clone(),
    };
    finding.subject(rule.id.clone()).fingerprint(print)
}

fn shown(rule: &Rule) -> String {
    match &rule.title {
        Some(title) => format!("rule `{}` ({title})", rule.id),
        None => format!("rule `{}` (`{}`)", rule.id, bounded(rule.expression.clone(), SHOWN_BYTES_MAX)),
    }
}
