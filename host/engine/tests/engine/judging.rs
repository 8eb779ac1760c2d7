//! The shipped plugin `quality` over real rows: the same inputs give the same report, whoever asks and in whatever order.

use crate::world::{engine, later, request};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{
        Baseline, Completeness, Content, Document, Evidence, Issue, IssueLocation, ScanKind, ScanReport, Suppression,
        TestCase, TestReport, TestStatus,
    },
    finding::Severity,
    name::EvidenceName,
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
};
use tidegate_engine::{config::Limits, engine::Engine, plugin::Plugin};

fn document(name: &str, content: Content) -> Evidence {
    let document = Document {
        format: "sarif".into(),
        digest: Digest::of(name.as_bytes()),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: vec![content],
        bytes: name.as_bytes().into(),
    };
    Evidence {
        name: EvidenceName::parse(name).unwrap(),
        service: None,
        document: Arc::new(document),
        declared_at: None,
        received_at: Timestamp::from_nanos(0),
        stated_in: None,
    }
}

fn issue(n: usize) -> Issue {
    Issue {
        rule: format!("rule-{}", n % 5).into(),
        severity: if n < 3 { Severity::Critical } else { Severity::Low },
        message: format!("issue {n}").into(),
        location: Some(IssueLocation { uri: format!("src/{n}.rs").into(), line: Some(7) }),
        fingerprint: format!("{n}").into(),
        score: None,
        suppression: Suppression::None,
        tags: Arc::new([]),
    }
}

fn case(n: usize) -> TestCase {
    let status = if n == 0 { TestStatus::Failed } else { TestStatus::Passed };
    TestCase { suite: "suite".into(), name: format!("case {n}").into(), status, duration_ms: 1, message: "".into() }
}

fn documents() -> Vec<Evidence> {
    let scan = |from: usize| {
        Content::Scan(Arc::new(ScanReport { kind: ScanKind::Analysis, issues: (from..from + 50).map(issue).collect() }))
    };
    let tests = TestReport { cases: (0..20).map(case).collect(), ..TestReport::default() };
    vec![
        document("lint", scan(0)),
        document("audit", scan(100)),
        document("unit_tests", Content::Tests(Arc::new(tests))),
    ]
}

fn ask(engine: &Engine, plugin: &Plugin, documents: &[Evidence]) -> GateReport {
    let settings =
        r#"{"tests": {"min_pass_rate": 90}, "issues": {"max": {"critical": 0}, "except": ["rule-1"]}}"#.into();
    let request = GateRequest { settings, ..request() };
    engine.evaluate(plugin, &request, documents, &Baseline::NotAsked, later()).result.unwrap()
}

fn quality(engine: &Engine) -> Arc<Plugin> {
    engine.load(&tidegate_workbench::testing::shipped_plugin("quality")).unwrap()
}

#[test]
fn rows_cross_the_boundary_whole() {
    let engine = engine(Limits::default());
    let report = ask(&engine, &quality(&engine), &documents());
    assert_eq!(report.outcome, GateOutcome::Fail);
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Critical).collect();
    let [first, second] = &*found else { panic!("two critical issues: {found:?}") };
    for (finding, n) in [(first, 0), (second, 2)] {
        let location = finding.location.as_ref().unwrap();
        assert_eq!((location.uri.as_str(), location.line), (format!("src/{n}.rs").as_str(), Some(7)));
        assert_eq!(finding.fingerprint, Some(format!("{n}")));
        assert_eq!(finding.evidence, Some(Digest::of(b"lint")));
    }
}

#[test]
fn equal_inputs_give_equal_reports_on_every_thread() {
    let engine = engine(Limits::default());
    let plugin = quality(&engine);
    let expected = ask(&engine, &plugin, &documents());
    let mut reversed = documents();
    reversed.reverse();
    std::thread::scope(|scope| {
        let (engine, plugin, expected) = (&engine, &plugin, &expected);
        for order in [documents(), reversed] {
            scope.spawn(move || (0..100).for_each(|_| assert_eq!(ask(engine, plugin, &order), *expected)));
        }
    });
}

#[test]
fn it_neither_grows_its_memory_nor_needs_much() {
    let engine = engine(Limits::default());
    let plugin = quality(&engine);
    assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
    let cost = engine.evaluate(&plugin, &request(), &documents(), &Baseline::NotAsked, later()).cost;
    assert!(!cost.grew_memory && cost.memory_bytes < 8 << 20, "{cost:?}");
}
