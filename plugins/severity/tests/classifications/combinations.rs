//! Every combination of what is known has a priority; all of them are listed in `combinations.txt`.

use crate::{classified, none};
use severity::settings::Settings;
use std::{env, fs, path::PathBuf};
use tidegate_sdk::severity::{
    DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState,
};

/// Every combination of the contract's enums.
fn all() -> impl Iterator<Item = Incident<Settings>> {
    let service = ServiceState::ALL.iter();
    let with_data = service.flat_map(|service| DataState::ALL.iter().map(move |data| (*service, *data)));
    let with_security =
        with_data.flat_map(|(service, data)| SecurityState::ALL.iter().map(move |security| (service, data, *security)));
    with_security.flat_map(|(service, data, security)| {
        FeatureImpact::ALL.iter().flat_map(move |features| {
            PerformanceImpact::ALL.iter().map(move |performance| Incident {
                service,
                data,
                security,
                features: *features,
                performance: *performance,
                ..none()
            })
        })
    })
}

fn line(incident: &Incident<Settings>) -> String {
    let Incident { service, data, security, features, performance, .. } = incident;
    let said = classified(incident);
    let known = [service.word(), data.word(), security.word(), features.word(), performance.word()];
    format!("{} {} {}\n", known.join(" "), said.priority.word(), said.rule)
}

#[test]
fn every_combination_is_listed_with_its_priority() {
    let header =
        "# service data security features performance: priority rule; nobody is affected, no rollback is required\n";
    let now = all().fold(header.to_owned(), |text, incident| text + &line(&incident));
    assert_eq!(now.lines().count(), 1 + 5 * 5 * 4 * 4 * 4);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/combinations.txt");
    if env::var_os("TIDEGATE_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &now).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    for (is, was) in now.lines().zip(written.lines()) {
        assert_eq!(is, was);
    }
    assert!(now == written, "TIDEGATE_BLESS=1 writes the list anew");
}

/// What each part comes to by itself, in the words of the runbook.
fn plainly(incident: &Incident<Settings>) -> Priority {
    let Incident { service, data, security, features, performance, users_affected_percent: users, .. } = incident;
    let known_users = users.filter(|users| (0.0..=100.0).contains(users));
    let p0 = *service == ServiceState::Outage
        || matches!(data, DataState::Lost | DataState::Corrupted)
        || *security == SecurityState::Breach
        || known_users.is_some_and(|users| users > 50.0);
    let p1 = *features == FeatureImpact::Major
        || *performance == PerformanceImpact::Significant
        || *service == ServiceState::PartialOutage
        || *data == DataState::AtRisk
        || *security == SecurityState::Suspected
        || known_users.is_some_and(|users| users >= 10.0)
        || incident.rollback_required;
    let p2 = *features == FeatureImpact::Minor
        || *performance == PerformanceImpact::Moderate
        || *service == ServiceState::Degraded
        || known_users.is_some_and(|users| users > 0.0);
    let unknown = *service == ServiceState::Unknown
        || *data == DataState::Unknown
        || *security == SecurityState::Unknown
        || *features == FeatureImpact::Unknown
        || *performance == PerformanceImpact::Unknown
        || known_users.is_none();
    match () {
        () if p0 => Priority::P0,
        () if p1 => Priority::P1,
        () if p2 || unknown => Priority::P2,
        () => Priority::P3,
    }
}

#[test]
fn every_combination_with_users_and_rollback_is_what_the_runbook_says() {
    let users = [
        None,
        Some(0.0),
        Some(f64::MIN_POSITIVE),
        Some(9.9),
        Some(10.0),
        Some(50.0),
        Some(50.1),
        Some(100.0),
        Some(f64::NAN),
    ];
    let mut counts = [0_usize; 4];
    for known in all() {
        for users_affected_percent in users {
            for rollback_required in [false, true] {
                let incident = Incident { users_affected_percent, rollback_required, ..known.clone() };
                let (said, expected) = (classified(&incident), plainly(&incident));
                assert_eq!(said.priority, expected, "{incident:?}: {said:?}");
                assert!(said.reasons[0].starts_with(expected.word()), "{said:?}");
                counts[expected as usize] += 1;
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 0) && counts.iter().sum::<usize>() == 1600 * 9 * 2, "{counts:?}");
}

#[test]
fn finding_out_something_bad_never_makes_an_incident_less_urgent() {
    // Whatever is known besides: unknown is no worse than what can be found out, but for what is well.
    for known in all().filter(|incident| incident.service == ServiceState::Unknown) {
        let unknown = classified(&known).priority;
        for service in [ServiceState::Degraded, ServiceState::PartialOutage, ServiceState::Outage] {
            let found = classified(&Incident { service, ..known.clone() }).priority;
            assert!(found <= unknown, "{known:?} {service:?}");
        }
    }
}
