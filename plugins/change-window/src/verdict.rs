//! What is answered.

use crate::{
    plan::Plan,
    rules::{HARD_FREEZE, SOFT_FREEZE, WINDOW},
    search::{Standing, next_allowed, standing},
};
use jiff::Timestamp;
use tidegate_sdk::{
    finding::{Finding, Remediation, Severity},
    report::{Outcome, Report},
    text::bounded,
};

/// Bytes of a summary, at most.
const SUMMARY_BYTES_MAX: usize = 1024;

pub(crate) fn of(plan: &Plan, services: &[&str], now: Timestamp) -> Report {
    let standing = standing(plan, services, now);
    let next = if standing.is_allowed() { None } else { next_allowed(plan, services, now) };
    let outcome = if standing.is_allowed() { Outcome::Pass } else { Outcome::Hold(next.and_then(nanos)) };
    let findings = findings(plan, &standing, next);
    Report::concluded(outcome, findings, None).summary(summary(plan, &standing, next))
}

fn findings(plan: &Plan, standing: &Standing<'_>, next: Option<Timestamp>) -> Vec<Finding> {
    let shown = |moment| plan.zone.shown(moment);
    let wait = match next {
        Some(next) => format!("ask again from {} on; in an emergency, break-glass", shown(next)),
        None => "have the owner of the policy set name a moment at which changes are allowed".to_owned(),
    };
    let frozen = |rule: &str, severity, kind: &str, (name, end): &(&str, Timestamp)| {
        let message = format!("{kind} freeze `{name}` until {}", shown(*end));
        Finding::new(rule, severity, message).subject(*name).fingerprint(*name)
    };
    let hard = standing
        .hard
        .iter()
        .map(|freeze| frozen(HARD_FREEZE, Severity::High, "hard", freeze).remediation(Remediation::new(&wait)));
    let soft = standing.soft.iter().map(|freeze| {
        let think = "wait for its end where the change can wait";
        frozen(SOFT_FREEZE, Severity::Medium, "soft", freeze).remediation(Remediation::new(think))
    });
    let outside = (!standing.within).then(|| {
        let names: Vec<String> = plan.windows.iter().map(|window| format!("`{}`", window.name)).collect();
        let message = format!("outside every window ({})", names.join(", "));
        Finding::new(WINDOW, Severity::High, message).remediation(Remediation::new(&wait))
    });
    hard.chain(outside).chain(soft).collect()
}

fn summary(plan: &Plan, standing: &Standing<'_>, next: Option<Timestamp>) -> String {
    let shown = |moment| plan.zone.shown(moment);
    let soft = match standing.soft.as_slice() {
        [] => String::new(),
        [(name, end), ..] => format!("; soft freeze `{name}` until {}", shown(*end)),
    };
    let text = match (standing.is_allowed(), standing.window, standing.hard.first()) {
        (true, Some((name, end)), _) => format!("within window `{name}` until {}{soft}", shown(end)),
        (true, None, _) => format!("no hard freeze{soft}"),
        (false, _, Some((name, _))) => format!("frozen by `{name}`; {}", again(next.map(shown))),
        (false, _, None) => format!("outside every window; {}", again(next.map(shown))),
    };
    bounded(text, SUMMARY_BYTES_MAX)
}

fn again(next: Option<String>) -> String {
    match next {
        Some(next) => format!("changes are allowed from {next} on"),
        None => "no moment within two years is known at which changes are allowed".to_owned(),
    }
}

fn nanos(moment: Timestamp) -> Option<u64> {
    u64::try_from(moment.as_nanosecond()).ok()
}
