//! How urgent an incident is.

use super::{classify, fault, incident, shipped};
use crate::{
    guest::{Asked, Guest, guest},
    world::{engine, later},
};
use tidegate_core::{
    fault::{Blame, FaultKind},
    incident::{
        DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState, believed,
    },
    name::RuleId,
    observation::{Trigger, TriggerState},
};
use tidegate_engine::config::Limits;

#[test]
fn every_part_of_an_incident_arrives() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "severity");
    let rules: Vec<RuleId> = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    let trigger = Trigger {
        name: "errors".to_owned(),
        state: TriggerState::Inconclusive,
        since: None,
        observed: Some(f64::NAN),
        threshold: None,
        samples: 0,
        message: String::new(),
    };
    for (given, priority, rule) in [
        (incident(), Priority::P3, "nothing"),
        (Incident { service: ServiceState::Outage, ..incident() }, Priority::P0, "service"),
        (Incident { data: DataState::AtRisk, ..incident() }, Priority::P1, "data"),
        (Incident { security: SecurityState::Breach, ..incident() }, Priority::P0, "security"),
        (Incident { features: FeatureImpact::Minor, ..incident() }, Priority::P2, "features"),
        (Incident { performance: PerformanceImpact::Significant, ..incident() }, Priority::P1, "performance"),
        (Incident { users_affected_percent: Some(10.0), ..incident() }, Priority::P1, "users"),
        (Incident { users_affected_percent: None, ..incident() }, Priority::P2, "unknown"),
        (Incident { rollback_required: true, deployment: None, ..incident() }, Priority::P1, "rollback"),
        (Incident { triggers: vec![trigger], ..incident() }, Priority::P2, "unknown"),
    ] {
        let said = believed(classify(&engine, &plugin, &given), &rules).unwrap();
        assert_eq!((said.priority, said.rule.as_str()), (priority, rule), "{said:?}");
    }
}

#[test]
fn words_of_the_contract_mean_the_same_on_both_sides() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "severity");
    let rule = |incident: Incident| classify(&engine, &plugin, &incident).reasons.remove(0);
    let all = [
        ServiceState::ALL.map(|service| rule(Incident { service, ..incident() })).to_vec(),
        DataState::ALL.map(|data| rule(Incident { data, ..incident() })).to_vec(),
        SecurityState::ALL.map(|security| rule(Incident { security, ..incident() })).to_vec(),
        FeatureImpact::ALL.map(|features| rule(Incident { features, ..incident() })).to_vec(),
        PerformanceImpact::ALL.map(|performance| rule(Incident { performance, ..incident() })).to_vec(),
    ];
    let nothing = "P3: known to be nothing of what is more urgent";
    let expected: [&[&str]; 5] = [
        &[
            "P2: nobody knows how the service does",
            nothing,
            "P2: the service is degraded",
            "P1: parts of the service do not answer",
            "P0: the service does not answer",
        ],
        &[
            "P2: nobody knows how the data do",
            nothing,
            "P1: data are at risk",
            "P0: data are lost",
            "P0: data are corrupted",
        ],
        &["P2: nobody knows whether somebody got in", nothing, "P1: somebody may have got in", "P0: somebody got in"],
        &[
            "P2: nobody knows which features work",
            nothing,
            "P2: a minor feature does not work",
            "P1: a major feature does not work",
        ],
        &[
            "P2: nobody knows whether it is slower",
            nothing,
            "P2: it is noticeably slower",
            "P1: it is very much slower",
        ],
    ];
    assert_eq!(all.each_ref().map(Vec::as_slice), expected);
}

#[test]
fn settings_that_leave_something_out_are_refused() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "severity");
    let settings = r#"{"P0": {"any_of": {"service": ["outage"]}}}"#;
    let (blame, kind, _) =
        fault(engine.classify(&plugin, &Incident { settings: settings.into(), ..incident() }, later()));
    assert_eq!((blame, kind), (Blame::Policy, FaultKind::BadSettings));
    assert!(!plugin.settings_problems(&engine, settings).unwrap().is_empty());
    assert_eq!(plugin.settings_problems(&engine, "{}").unwrap(), []);
}

#[test]
fn a_priority_that_is_none_is_refused() {
    let engine = engine(Limits::default());
    let asked = |answer: [u32; 6]| {
        let plugin = engine.load(&Guest { asked: Asked::Severity(answer), ..guest() }.component()).unwrap();
        engine.classify(&plugin, &incident(), later())
    };
    let said = asked([0; 6]).result.unwrap();
    assert_eq!(said.priority, Priority::P0);
    assert!(believed(said, &[]).is_err(), "without a rule and a reason");
    let (blame, kind, message) = fault(asked([0, 9, 0, 0, 0, 0]));
    assert_eq!((blame, kind), (Blame::Plugin, FaultKind::MalformedReport), "{message}");
}
