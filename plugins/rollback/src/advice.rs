//! What all triggers come to together.

use crate::plan::{Then, Watched};
use tidegate_sdk::{
    finding::Severity,
    rollback::{Advice, Report},
    text::counted,
    trigger::{Trigger, TriggerState},
};

/// The worst of them advises. What is pending or inconclusive is to be looked at again, but a pending warning.
pub(crate) fn of(judged: Vec<(&Watched, Trigger)>) -> Report {
    let advice = judged.iter().map(|(watched, trigger)| advised(watched.then, trigger.state)).max();
    let severity = judged.iter().map(|(watched, trigger)| severity(watched.severity, trigger.state)).max();
    let triggers: Vec<Trigger> = judged.into_iter().map(|(_, trigger)| trigger).collect();
    Report {
        // Settings without a trigger are refused; nobody was asked then, so nothing may go on.
        advice: advice.unwrap_or(Advice::Hold),
        severity: severity.unwrap_or(Severity::Info),
        summary: summary(&triggers),
        triggers,
    }
}

fn advised(then: Then, state: TriggerState) -> Advice {
    match (state, then) {
        (TriggerState::Ok, _) | (TriggerState::Pending | TriggerState::Firing, Then::Warn) => Advice::Proceed,
        (TriggerState::Inconclusive | TriggerState::Pending, _) | (TriggerState::Firing, Then::Hold) => Advice::Hold,
        (TriggerState::Firing, Then::RollBack) => Advice::RollBack,
    }
}

fn severity(firing: Severity, state: TriggerState) -> Severity {
    match state {
        TriggerState::Ok => Severity::Info,
        TriggerState::Pending => Severity::Low,
        TriggerState::Inconclusive => Severity::Medium,
        TriggerState::Firing => firing,
    }
}

/// E.g. `1 of 4 triggers fires: error_ratio (…)`.
fn summary(triggers: &[Trigger]) -> String {
    let all = counted(triggers.len() as u64, "trigger");
    let worst = [
        (TriggerState::Firing, "firing"),
        (TriggerState::Inconclusive, "inconclusive"),
        (TriggerState::Pending, "pending"),
    ];
    for (state, word) in worst {
        let those: Vec<&Trigger> = triggers.iter().filter(|trigger| trigger.state == state).collect();
        if let [first, others @ ..] = those.as_slice() {
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            return format!("{} of {all} {word}: `{}` ({}){more}", those.len(), first.name, first.message);
        }
    }
    format!("{all}, all ok")
}
