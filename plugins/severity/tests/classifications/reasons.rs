//! Why an incident is as urgent as it is.

use crate::{classified, none};
use severity::settings::Settings;
use tidegate_sdk::{
    severity::{
        Classifier as _, DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState,
    },
    trigger::{Trigger, TriggerState},
};

fn unknown() -> Incident<Settings> {
    Incident {
        users_affected_percent: None,
        service: ServiceState::Unknown,
        data: DataState::Unknown,
        security: SecurityState::Unknown,
        features: FeatureImpact::Unknown,
        performance: PerformanceImpact::Unknown,
        ..none()
    }
}

#[test]
fn nothing_is_in_its_turn() {
    let said = classified(&none());
    assert_eq!((said.priority, said.rule.as_str()), (Priority::P3, "nothing"));
    assert_eq!(said.reasons, ["P3: known to be nothing of what is more urgent"]);
}

#[test]
fn each_unknown_is_named_and_makes_it_p2() {
    let reasons = [
        "P2: nobody knows how the service does",
        "P2: nobody knows how the data do",
        "P2: nobody knows whether somebody got in",
        "P2: nobody knows which features work",
        "P2: nobody knows whether it is slower",
        "P2: nobody knows how many users are affected",
    ];
    let all = classified(&unknown());
    assert_eq!((all.priority, all.rule.as_str()), (Priority::P2, "unknown"));
    assert_eq!(all.reasons, reasons);
    for (incident, reason) in [
        (Incident { service: ServiceState::Unknown, ..none() }, reasons[0]),
        (Incident { data: DataState::Unknown, ..none() }, reasons[1]),
        (Incident { security: SecurityState::Unknown, ..none() }, reasons[2]),
        (Incident { features: FeatureImpact::Unknown, ..none() }, reasons[3]),
        (Incident { performance: PerformanceImpact::Unknown, ..none() }, reasons[4]),
        (Incident { users_affected_percent: None, ..none() }, reasons[5]),
    ] {
        let said = classified(&incident);
        assert_eq!(
            (said.priority, said.rule.as_str(), &*said.reasons),
            (Priority::P2, "unknown", &[reason.to_owned()][..])
        );
    }
}

#[test]
fn every_reason_is_named_the_most_urgent_first() {
    let incident = Incident {
        service: ServiceState::Degraded,
        data: DataState::Corrupted,
        features: FeatureImpact::Major,
        performance: PerformanceImpact::Unknown,
        users_affected_percent: Some(62.5),
        rollback_required: true,
        ..none()
    };
    let said = classified(&incident);
    assert_eq!((said.priority, said.rule.as_str()), (Priority::P0, "data"));
    let expected = [
        "P0: data are corrupted",
        "P0: 62.5 % of users are affected",
        "P1: a major feature does not work",
        "P1: a rollback is required",
        "P2: the service is degraded",
        "P2: nobody knows whether it is slower",
    ];
    assert_eq!(said.reasons, expected);
}

#[test]
fn shares_of_users_count_at_both_bounds() {
    for (percent, priority) in [
        (0.0, Priority::P3),
        (0.000_001, Priority::P2),
        (9.999_999, Priority::P2),
        (10.0, Priority::P1),
        (50.0, Priority::P1),
        (50.000_001, Priority::P0),
        (100.0, Priority::P0),
        // What is no share is not known.
        (-1.0, Priority::P2),
        (100.1, Priority::P2),
        (f64::INFINITY, Priority::P2),
        (f64::NAN, Priority::P2),
    ] {
        let said = classified(&Incident { users_affected_percent: Some(percent), ..none() });
        assert_eq!(said.priority, priority, "{percent}: {said:?}");
    }
}

#[test]
fn a_trigger_that_nobody_can_read_is_not_known() {
    let trigger = |state| Trigger {
        name: "error_ratio".to_owned(),
        state,
        since: None,
        observed: None,
        threshold: None,
        samples: 0,
        message: String::new(),
    };
    let said = classified(&Incident { triggers: vec![trigger(TriggerState::Inconclusive)], ..none() });
    assert_eq!(said.priority, Priority::P2);
    assert_eq!(said.reasons, ["P2: nobody knows how far trigger `error_ratio` has come"]);
    let said = classified(&Incident { triggers: vec![trigger(TriggerState::Ok)], ..none() });
    assert_eq!(said.priority, Priority::P3);
}

#[test]
fn a_rule_that_sets_a_priority_is_declared() {
    let rules: Vec<String> = severity::Severity::describe().rules.into_iter().map(|rule| rule.id).collect();
    for incident in [
        none(),
        unknown(),
        Incident { service: ServiceState::Outage, ..none() },
        Incident { data: DataState::Lost, ..none() },
        Incident { security: SecurityState::Breach, ..none() },
        Incident { features: FeatureImpact::Major, ..none() },
        Incident { performance: PerformanceImpact::Moderate, ..none() },
        Incident { users_affected_percent: Some(1.0), ..none() },
        Incident { rollback_required: true, ..none() },
    ] {
        let said = classified(&incident);
        assert!(rules.contains(&said.rule), "{said:?}");
    }
}
