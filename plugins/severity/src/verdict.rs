//! From what is known to a priority: everything that speaks for one is named, and the most urgent counts.

use crate::{
    plan::{Plan, Users},
    rules,
};
use tidegate_sdk::{
    severity::{
        Classification, DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState,
    },
    text::bounded,
    trigger::{Trigger, TriggerState},
};

/// Bytes of a trigger's name in a reason, at most.
const NAME_BYTES_MAX: usize = 128;

/// What speaks for a priority: the priority, the rule, the reason.
type Reason = (Priority, &'static str, String);

pub(crate) fn of<S>(plan: &Plan, incident: &Incident<S>) -> Classification {
    let mut reasons: Vec<Reason> = [
        listed(&plan.service, incident.service, ServiceState::Unknown, rules::SERVICE, service),
        listed(&plan.data, incident.data, DataState::Unknown, rules::DATA, data),
        listed(&plan.security, incident.security, SecurityState::Unknown, rules::SECURITY, security),
        listed(&plan.features, incident.features, FeatureImpact::Unknown, rules::FEATURES, features),
        listed(&plan.performance, incident.performance, PerformanceImpact::Unknown, rules::PERFORMANCE, performance),
        users(&plan.users, incident.users_affected_percent),
        incident.rollback_required.then(|| (plan.rollback, rules::ROLLBACK, "a rollback is required".to_owned())),
    ]
    .into_iter()
    .flatten()
    .chain(incident.triggers.iter().filter_map(unclear))
    .collect();
    // Stable: among equals the order above counts.
    reasons.sort_by_key(|(priority, ..)| *priority);
    match reasons.first() {
        Some((priority, rule, _)) => Classification {
            priority: *priority,
            rule: (*rule).to_owned(),
            reasons: reasons.iter().map(|(priority, _, why)| format!("{}: {why}", priority.word())).collect(),
        },
        None => Classification {
            priority: Priority::P3,
            rule: rules::NOTHING.to_owned(),
            reasons: vec!["P3: known to be nothing of what is more urgent".to_owned()],
        },
    }
}

/// A trigger that the samples say nothing of.
fn unclear(trigger: &Trigger) -> Option<Reason> {
    let name = bounded(trigger.name.clone(), NAME_BYTES_MAX);
    let why = format!("nobody knows how far trigger `{name}` has come");
    (trigger.state == TriggerState::Inconclusive).then_some((Priority::P2, rules::UNKNOWN, why))
}

fn listed<T: Copy + PartialEq>(
    plan: &[(T, Priority)],
    is: T,
    unknown: T,
    rule: &'static str,
    why: fn(T) -> &'static str,
) -> Option<Reason> {
    if is == unknown {
        return Some((Priority::P2, rules::UNKNOWN, why(is).to_owned()));
    }
    let (_, priority) = plan.iter().find(|(value, _)| *value == is)?;
    Some((*priority, rule, why(is).to_owned()))
}

/// What is no share of a hundred is not known.
fn users(plan: &[(Users, Priority)], percent: Option<f64>) -> Option<Reason> {
    let unknown = |why: String| Some((Priority::P2, rules::UNKNOWN, why));
    let Some(percent) = percent else { return unknown("nobody knows how many users are affected".to_owned()) };
    if !(0.0..=100.0).contains(&percent) {
        return unknown(format!("nobody knows how many users are affected: {percent} % is no share"));
    }
    let (_, priority) = plan.iter().find(|(bound, _)| bound.hold(percent))?;
    Some((*priority, rules::USERS, format!("{percent} % of users are affected")))
}

fn service(is: ServiceState) -> &'static str {
    match is {
        ServiceState::Unknown => "nobody knows how the service does",
        ServiceState::Operational => "the service does as it should",
        ServiceState::Degraded => "the service is degraded",
        ServiceState::PartialOutage => "parts of the service do not answer",
        ServiceState::Outage => "the service does not answer",
    }
}

fn data(is: DataState) -> &'static str {
    match is {
        DataState::Unknown => "nobody knows how the data do",
        DataState::Intact => "the data are whole",
        DataState::AtRisk => "data are at risk",
        DataState::Lost => "data are lost",
        DataState::Corrupted => "data are corrupted",
    }
}

fn security(is: SecurityState) -> &'static str {
    match is {
        SecurityState::Unknown => "nobody knows whether somebody got in",
        SecurityState::None => "nobody got in",
        SecurityState::Suspected => "somebody may have got in",
        SecurityState::Breach => "somebody got in",
    }
}

fn features(is: FeatureImpact) -> &'static str {
    match is {
        FeatureImpact::Unknown => "nobody knows which features work",
        FeatureImpact::None => "every feature works",
        FeatureImpact::Minor => "a minor feature does not work",
        FeatureImpact::Major => "a major feature does not work",
    }
}

fn performance(is: PerformanceImpact) -> &'static str {
    match is {
        PerformanceImpact::Unknown => "nobody knows whether it is slower",
        PerformanceImpact::None => "it is not slower",
        PerformanceImpact::Moderate => "it is noticeably slower",
        PerformanceImpact::Significant => "it is very much slower",
    }
}
