//! The shipped policy set and its schema.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use tidegate_bundle::{
    bundle::Bundle,
    document,
    lint::lint,
    sources::{POLICY_SET_SCHEMA, Sources, read_sets},
    troubleshooting::is_guide,
};
use tidegate_core::{
    break_glass::SecondHuman,
    digest::Digest,
    policy::{Bind, Enforcement, Mode, OnError, Per, Stage, Vouched},
    time::Timestamp,
};

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn shipped() -> Sources {
    let folder = std::fs::read_dir(policies()).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = folder.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    assert!(!files.is_empty(), "no policy set in {}", policies().display());
    let texts: Vec<_> = files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect();
    read_sets(&texts).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn bundle(sources: &Sources) -> Bundle {
    let plugins = sources.plugins().map(|p| ((p.set.clone(), p.name.clone()), Digest::of(p.name.as_str().as_bytes())));
    sources.resolve(&plugins.collect::<BTreeMap<_, _>>()).unwrap()
}

#[test]
fn the_schema_is_a_schema_and_accepts_every_shipped_set() {
    let schema: Value = serde_json::from_str(POLICY_SET_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    for entry in std::fs::read_dir(policies()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            if is_guide(&text)
                || text.lines().any(|line| line.starts_with("override:") || line.starts_with("identities:"))
            {
                continue; // of another schema; `shipped` reads it
            }
            let read = document::read::<Value>(&text, &path.display().to_string(), &schema);
            assert!(read.is_ok(), "{:#?}", read.unwrap_err());
        }
    }
}

#[test]
fn shipped_sets_give_no_warning_before_their_review() {
    let (before, after) = (Timestamp::parse("2027-03-31T23:00:00Z"), Timestamp::parse("2027-04-01T00:00:00Z"));
    assert_eq!(lint(&shipped(), before.unwrap()), []);
    let overdue: Vec<String> = lint(&shipped(), after.unwrap()).iter().map(ToString::to_string).collect();
    assert_eq!(overdue.len(), 4, "{overdue:?}");
    assert!(overdue.iter().all(|one| one.contains("warning: the review is overdue since 2027-03-31")), "{overdue:?}");
}

#[test]
fn the_runbook_has_its_stages_titles_and_budgets_in_order() {
    let bundle = bundle(&shipped());
    let set = &bundle.sets().iter().find(|loaded| loaded.set.id.as_str() == "runbook").unwrap().set;
    let minutes = |stage: &Stage| stage.budget.map(|budget| budget.as_secs() / 60);
    let stages: Vec<(&str, &str, &str, Option<u64>)> =
        set.stages.iter().map(|s| (s.id.as_str(), &*s.title, s.plugin.as_str(), minutes(s))).collect();
    let expected = [
        ("code_quality", "Code Quality", "quality", Some(20)),
        ("security", "Security", "security", Some(25)),
        ("unit_tests", "Unit Tests", "quality", Some(20)),
        ("integration_tests", "Integration", "quality", Some(45)),
        ("e2e_tests", "E2E Tests", "quality", Some(90)),
        ("performance", "Performance", "quality", Some(60)),
        ("accessibility", "Accessibility", "quality", Some(25)),
        ("checklist", "Pre-Deployment Checklist", "readiness", None),
    ];
    assert_eq!(stages, expected);
    for stage in &set.stages {
        assert_eq!((stage.mode, stage.on_error), (Mode::Block, OnError::Block), "{}", stage.id);
        assert_eq!(stage.optional, stage.id.as_str() == "performance", "{}", stage.id);
        let is_checklist = stage.id.as_str() == "checklist";
        let (per, weight, days) = if is_checklist { (Per::Deployment, 0, 7) } else { (Per::Service, 1, 1) };
        assert_eq!((stage.per, stage.weight), (per, weight), "{}", stage.id);
        let [evidence] = stage.evidence.as_slice() else { panic!("{}: one name", stage.id) };
        assert_eq!(evidence.name.as_str(), stage.id.as_str());
        let least = if stage.id.as_str() == "security" { 2 } else { 1 };
        assert_eq!((evidence.documents_min, evidence.documents_max), (least, None), "{}", stage.id);
        assert_eq!((evidence.bind, evidence.vouched), (Bind::Revision, Vouched::Uploader), "{}", stage.id);
        assert_eq!(evidence.max_age, Some(Duration::from_secs(days * 86_400)), "{}", stage.id);
    }
}

#[test]
fn the_runbook_has_its_header_and_its_emergency_rules() {
    let bundle = bundle(&shipped());
    let loaded = bundle.sets().iter().find(|loaded| loaded.set.id.as_str() == "runbook").unwrap();
    assert_eq!(loaded.owner, "DevOps Team");
    assert_eq!(loaded.reviewers, ["Security Team", "Development Team"]);
    assert_eq!(loaded.contacts.get("On-Call Engineer").map(String::as_str), Some("+1-555-ONCALL"));
    assert_eq!(loaded.links.len(), 5);
    let set = &loaded.set;
    assert_eq!(set.enforcement, Enforcement::Enforce);
    assert_eq!(set.next_review, Timestamp::parse("2027-03-31T23:59:59Z").ok());
    assert_eq!(set.valid_for, Duration::from_secs(4 * 3600));
    let rules = set.break_glass.as_ref().unwrap();
    let minimum: Vec<&str> = rules.minimum_evidence.iter().map(|id| id.as_str()).collect();
    assert_eq!(minimum, ["unit_tests", "integration_tests"]);
    assert_eq!((rules.never.len(), rules.second_human), (0, SecondHuman::Required));
    assert_eq!(loaded.notify, ["Security Team"]);
}

#[test]
fn settings_reach_the_plugin_as_they_are_written() {
    let bundle = bundle(&shipped());
    let set = &bundle.sets().iter().find(|loaded| loaded.set.id.as_str() == "runbook").unwrap().set;
    let settings = |id: &str| set.stages.iter().find(|s| s.id.as_str() == id).unwrap().settings.to_string();
    assert_eq!(settings("unit_tests"), r#"{"tests":{"contradictions":"fail","min_cases":1,"min_pass_rate":100}}"#);
    let performance = r#"{"measurements":[{"max":2000,"name":"http_req_duration.p95","unit":"ms"}]}"#;
    assert_eq!(settings("performance"), performance);
}

#[test]
fn the_runbook_says_what_happens_after_a_deployment() {
    let bundle = bundle(&shipped());
    let loaded = bundle.sets().iter().find(|loaded| loaded.set.id.as_str() == "runbook").unwrap();
    let values: BTreeMap<String, Value> =
        loaded.effective().into_iter().map(|value| (value.pointer, value.value)).collect();
    let facts = [
        ("/rollback/triggers/0/consecutive/gt", json!(3)),
        ("/rollback/triggers/1/gt", json!(0.1)),
        ("/rollback/triggers/1/for/gt", json!("5m")),
        ("/rollback/triggers/2/gt", json!(2000)),
        ("/rollback/triggers/2/for/gt", json!("5m")),
        ("/rollback/triggers/3/alert/severity", json!("critical")),
        ("/severity/P0/any_of/users_affected_percent/gt", json!(50)),
        ("/severity/P1/any_of/users_affected_percent/min", json!(10)),
        ("/severity/P2/any_of/users_affected_percent/gt", json!(0)),
        ("/escalation/P0/respond_within", json!("15m")),
        ("/escalation/P1/respond_within", json!("1h")),
        ("/escalation/P2/respond_within", json!("4h")),
        ("/escalation/P3/respond_within", json!("1d")),
    ];
    for (pointer, expected) in facts {
        assert_eq!(values.get(pointer), Some(&expected), "{pointer}");
    }
}
