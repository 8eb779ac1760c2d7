//! The shipped plugin `quality` as WebAssembly, on an engine, over as much evidence as it lists.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    digest::Digest,
    evidence::{Baseline, Completeness, Content, Document, Evidence, TestCase, TestReport, TestStatus},
    interpret,
    name::{EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::{GateOutcome, GateRequest},
    time::Timestamp,
};
use tidegate_engine::{
    config::EngineConfig,
    engine::Engine,
    evaluate::{Cost, Evaluated},
};
use tidegate_workbench::testing::shipped_plugin;

#[test]
fn a_full_report_is_believed_and_takes_no_more_memory_than_there_was() {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let plugin = engine.load(&shipped_plugin("quality")).unwrap();
    let later = Instant::now() + Duration::from_secs(3600);
    for (failed, outcome, findings, omitted) in
        [(0, GateOutcome::Pass, 0, 0), (15, GateOutcome::Fail, 15, 0), (1500, GateOutcome::Fail, 977, 524)]
    {
        let evidence = [tests(1000, failed)];
        let Evaluated { result, cost, .. } =
            engine.evaluate(&plugin, &request(r#"{"tests": {}}"#), &evidence, &Baseline::NotAsked, later);
        let report = result.unwrap();
        assert_eq!((report.outcome, report.findings.len(), report.omitted), (outcome, findings, omitted));
        assert_eq!(report.score, Some((1000, 1000 + failed as u64)));
        let Cost { grew_memory, memory_bytes, .. } = cost;
        assert!(!grew_memory, "{failed} failed: {memory_bytes} bytes");
        let rules: Vec<_> = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
        interpret::report(report, &rules).unwrap();
    }
}

#[test]
fn settings_are_refused_by_the_schema_and_by_the_plugin() {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let plugin = engine.load(&shipped_plugin("quality")).unwrap();
    for (settings, pointer) in [
        (r#"{"tests": {"min_pass_rate": 101}}"#, "/tests/min_pass_rate"),
        (r#"{"tests": {"min_pass_rate": 33.3333333}}"#, "/tests/min_pass_rate"),
        (r#"{"measurements": [{"name": "a", "max": 1}, {"name": "a", "max": 2}]}"#, "/measurements/1/name"),
    ] {
        let problems = plugin.settings_problems(&engine, settings).unwrap();
        assert!(problems.iter().any(|problem| problem.pointer == pointer), "{settings}: {problems:?}");
    }
}

fn tests(passed: usize, failed: usize) -> Evidence {
    let case = |number: usize| TestCase {
        suite: "com.example.checkout.CheckoutServiceIntegrationTest".into(),
        name: format!("refuses_a_basket_whose_prices_have_changed_{number}").into(),
        status: if number < passed { TestStatus::Passed } else { TestStatus::Failed },
        duration_ms: 3,
        message: "expected: <409> but was: <200> at CheckoutServiceIntegrationTest.java:117".into(),
    };
    let cases: Vec<TestCase> = (0..passed + failed).map(case).collect();
    let report = TestReport { suites: vec![], cases, contradictions: vec![] };
    let document = Document {
        format: "junit".into(),
        digest: Digest::of(b"document"),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: vec![Content::Tests(Arc::new(report))],
        bytes: [].into(),
    };
    Evidence {
        name: EvidenceName::parse("unit_tests").unwrap(),
        service: None,
        document: Arc::new(document),
        declared_at: None,
        received_at: Timestamp::from_nanos(1),
        stated_in: None,
    }
}

fn request(settings: &str) -> GateRequest {
    let service = Service {
        name: ServiceName::parse("api").unwrap(),
        version: Version::parse("1.4.2").unwrap(),
        previous_version: None,
        artifact: None,
    };
    let deployment = DeploymentRequest {
        id: "d-1".into(),
        environment: EnvironmentName::parse("production").unwrap(),
        services: vec![service],
        revision: None,
        cause: Cause::Push,
        actor: "alice".into(),
        person: None,
        requested_at: Timestamp::from_nanos(1),
        labels: vec![],
    };
    GateRequest {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        stage: StageId::parse("unit_tests").unwrap(),
        service: None,
        settings: settings.into(),
        evaluated_at: Timestamp::from_nanos(2),
    }
}
