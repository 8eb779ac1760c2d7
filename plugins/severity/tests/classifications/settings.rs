//! Which settings are taken, and where the others are wrong.

use crate::{classified, none};
use serde_json::{Value, json};
use severity::{
    Severity,
    settings::{SCHEMA, Settings},
};
use tidegate_sdk::{
    describe::Problem,
    settings::read_with,
    severity::{Classifier as _, FeatureImpact, Incident, Priority, ServiceState},
};

fn read(settings: &Value) -> Result<Settings, Vec<Problem>> {
    read_with(&settings.to_string(), Severity::problems)
}

fn pointers(settings: &Value) -> Vec<String> {
    read(settings).err().unwrap_or_default().into_iter().map(|problem| problem.pointer).collect()
}

/// What the runbook says, written down.
fn runbook() -> Value {
    json!({
        "P0": { "title": "Critical", "examples": ["All is down"], "any_of": {
            "service": ["outage"], "data": ["lost", "corrupted"], "security": ["breach"], "users_affected_percent": { "gt": 50 } } },
        "P1": { "any_of": {
            "service": ["partial_outage"], "data": ["at_risk"], "security": ["suspected"], "features": ["major"],
            "performance": ["significant"], "users_affected_percent": { "min": 10 }, "rollback_required": true } },
        "P2": { "any_of": {
            "service": ["degraded"], "features": ["minor"], "performance": ["moderate"], "users_affected_percent": { "gt": 0 } } },
        "P3": { "title": "Low" }
    })
}

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut settings = runbook();
    change(&mut settings);
    settings
}

#[test]
fn what_the_runbook_says_is_what_counts_without_settings() {
    let written = read(&runbook()).unwrap();
    for service in ServiceState::ALL {
        for users in [None, Some(0.0), Some(1.0), Some(10.0), Some(51.0)] {
            for features in FeatureImpact::ALL {
                let incident = Incident {
                    service: *service,
                    features: *features,
                    users_affected_percent: users,
                    settings: written.clone(),
                    ..none()
                };
                let without = Incident { settings: Settings::default(), ..incident.clone() };
                assert_eq!(classified(&incident), classified(&without));
            }
        }
    }
    assert!(pointers(&json!({})).is_empty());
}

#[test]
fn a_team_may_judge_otherwise() {
    let stricter = changed(|settings| {
        settings["P0"]["any_of"]["service"] = json!(["outage", "partial_outage"]);
        settings["P1"]["any_of"]["service"] = json!(["degraded"]);
        settings["P2"]["any_of"].as_object_mut().unwrap().remove("service");
    });
    let settings = read(&stricter).unwrap();
    let priority = |service| classified(&Incident { service, settings: settings.clone(), ..none() }).priority;
    assert_eq!(priority(ServiceState::PartialOutage), Priority::P0);
    assert_eq!(priority(ServiceState::Degraded), Priority::P1);
    assert_eq!(priority(ServiceState::Operational), Priority::P3);
    assert_eq!(priority(ServiceState::Unknown), Priority::P2);
}

#[test]
fn what_may_be_known_and_stands_nowhere_is_a_mistake() {
    for (key, message) in [
        ("service", "`service: degraded` is under no priority: an incident like that would have none"),
        ("features", "`features: minor` is under no priority: an incident like that would have none"),
        ("performance", "`performance: moderate` is under no priority: an incident like that would have none"),
        (
            "users_affected_percent",
            "`users_affected_percent: {gt: 0}` is under no priority: an incident like that would have none",
        ),
    ] {
        let settings = changed(|settings| {
            settings["P2"]["any_of"].as_object_mut().unwrap().remove(key);
        });
        let problems = read(&settings).unwrap_err();
        assert_eq!(problems, [Problem::new("", message)]);
    }
    let settings = changed(|settings| {
        settings["P1"]["any_of"].as_object_mut().unwrap().remove("rollback_required");
    });
    assert!(read(&settings).unwrap_err()[0].message.starts_with("`rollback_required: true` is under no priority"));
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    type Change = fn(&mut Value);
    let cases: [(Change, &[&str]); 8] = [
        (|s| s["P0"]["any_of"]["service"] = json!(["outage", "degraded"]), &["/P2/any_of/service/0"]),
        (|s| s["P0"]["any_of"]["data"] = json!(["lost", "corrupted", "gone"]), &["/P0/any_of/data/2"]),
        (
            |s| s["P1"]["any_of"]["users_affected_percent"] = json!({ "min": 50 }),
            &["/P1/any_of/users_affected_percent"],
        ),
        (
            |s| s["P1"]["any_of"]["users_affected_percent"] = json!({ "min": 5, "gt": 5 }),
            &["/P1/any_of/users_affected_percent"],
        ),
        (
            |s| s["P0"]["any_of"]["users_affected_percent"] = json!({ "gt": 101 }),
            &["/P0/any_of/users_affected_percent"],
        ),
        (
            |s| s["P2"]["any_of"]["users_affected_percent"] = json!({ "min": 0 }),
            &["/P2/any_of/users_affected_percent", ""],
        ),
        (|s| s["P2"]["any_of"]["rollback_required"] = json!(true), &["/P2/any_of/rollback_required"]),
        (|s| s["P0"]["any_of"]["rollback_required"] = json!(false), &["/P0/any_of/rollback_required"]),
    ];
    for (change, expected) in cases {
        let settings = changed(change);
        assert_eq!(pointers(&settings), expected, "{settings}: {:?}", read(&settings).err());
    }
    let half = json!({ "P3": {} });
    assert_eq!(read(&half).unwrap_err()[0].message, "`P0` is left out");
    assert_eq!(pointers(&json!({ "P4": {} })), ["/P4"]);
    assert_eq!(pointers(&changed(|s| s["P0"]["any_of"]["users"] = json!(1))), ["/P0/any_of/users"]);
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let keys = |value: &Value| value["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&schema), ["P0", "P1", "P2", "P3"]);
    let any_of = &schema["$defs"]["priority"]["properties"]["any_of"];
    let expected =
        ["data", "features", "performance", "rollback_required", "security", "service", "users_affected_percent"];
    assert_eq!(keys(any_of), expected);
}
