//! What a judgement costs, all in one run, so that ratios can be read: a fresh instance, one evaluation of the shipped plugin
//! `quality` with its predicates pushed down to the host, and the same judgement in plain Rust over the same rows.
//!
//! The evidence: 500 issues and 200 test cases, about 150 KB as the tools write it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    digest::Digest,
    evidence::{
        Baseline, Completeness, Content, Document, Evidence, Issue, IssueLocation, ScanKind, ScanReport, Suppression,
        TestCase, TestReport, TestStatus,
    },
    finding::{Finding, Location, Severity},
    name::{EnvironmentName, EvidenceName, RuleId, ServiceName, StageId, Version},
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
};
use tidegate_engine::{config::EngineConfig, engine::Engine, plugin::Plugin};

const SETTINGS: &str =
    r#"{"tests": {"min_pass_rate": 95, "min_cases": 100}, "issues": {"max": {"critical": 0, "high": 100}}}"#;

fn issue(n: usize) -> Issue {
    let severity = match n {
        100 | 400 => Severity::Critical,
        n if n % 10 == 0 => Severity::High,
        n if n % 3 == 0 => Severity::Medium,
        _ => Severity::Low,
    };
    Issue {
        rule: format!("rust/some-rule-{}", n % 40).into(),
        severity,
        message: format!("call {n} of this function may fail in a way that nobody looks at afterwards").into(),
        location: Some(IssueLocation { uri: format!("src/module_{}/file_{}.rs", n % 7, n % 31).into(), line: Some(7) }),
        fingerprint: format!("{n:064x}").into(),
        score: None,
        suppression: Suppression::None,
        tags: Arc::new(["maintainability".into(), "reliability".into()]),
    }
}

fn case(n: usize) -> TestCase {
    let failed = n % 50 == 7;
    TestCase {
        suite: format!("suite_{}", n % 10).into(),
        name: format!("crate::module_{}::tests::claim_number_{n}", n % 10).into(),
        status: if failed { TestStatus::Failed } else { TestStatus::Passed },
        duration_ms: 12,
        message: if failed { "assertion failed: left == right".into() } else { "".into() },
    }
}

fn evidence(name: &str, content: Content) -> Evidence {
    let bytes = name.as_bytes();
    let document = Document {
        format: "sarif".into(),
        digest: Digest::of(bytes),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: vec![content],
        bytes: bytes.into(),
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

fn request() -> GateRequest {
    let deployment = DeploymentRequest {
        id: "d-1".into(),
        environment: EnvironmentName::parse("production").unwrap(),
        services: vec![Service {
            name: ServiceName::parse("api").unwrap(),
            version: Version::parse("1.4.2").unwrap(),
            previous_version: None,
            artifact: None,
        }],
        revision: None,
        cause: Cause::Push,
        actor: "pipeline".into(),
        person: None,
        requested_at: Timestamp::from_nanos(1),
        labels: Vec::new(),
    };
    GateRequest {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        stage: StageId::parse("code_quality").unwrap(),
        service: None,
        settings: SETTINGS.into(),
        evaluated_at: Timestamp::from_nanos(2),
    }
}

struct World {
    engine: Engine,
    plugin: Arc<Plugin>,
    request: GateRequest,
    documents: Vec<Evidence>,
}

impl World {
    fn new() -> Self {
        let engine = Engine::new(&EngineConfig::default()).unwrap();
        let plugin = engine.load(&tidegate_workbench::testing::shipped_plugin("quality")).unwrap();
        let scan = ScanReport { kind: ScanKind::Analysis, issues: (0..500).map(issue).collect() };
        let tests = TestReport { cases: (0..200).map(case).collect(), ..TestReport::default() };
        let documents = vec![
            evidence("issues", Content::Scan(Arc::new(scan))),
            evidence("unit_tests", Content::Tests(Arc::new(tests))),
        ];
        Self { engine, plugin, request: request(), documents }
    }

    fn evaluate(&self) -> (GateReport, Duration) {
        let deadline = Instant::now() + Duration::from_secs(3600);
        let evaluated =
            self.engine.evaluate(&self.plugin, &self.request, &self.documents, &Baseline::NotAsked, deadline);
        (evaluated.result.unwrap(), evaluated.cost.instantiate)
    }
}

/// What the settings ask, over the same rows.
fn native(documents: &[Evidence]) -> GateReport {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    let mut counts = [0_u32; 5];
    let mut findings = Vec::new();
    for evidence in documents {
        for content in &evidence.document.contents {
            match content {
                Content::Tests(report) => report.cases.iter().for_each(|case| match case.status {
                    TestStatus::Passed | TestStatus::Flaky => passed += 1,
                    TestStatus::Failed | TestStatus::Errored => {
                        failed += 1;
                        findings.push(of_case(case, evidence.document.digest));
                    }
                    TestStatus::Skipped => {}
                }),
                Content::Scan(scan) => {
                    scan.issues.iter().filter(|issue| issue.suppression != Suppression::Trusted).for_each(|issue| {
                        if let Some(count) = counts.get_mut(issue.severity as usize) {
                            *count += 1;
                        }
                        if issue.severity == Severity::Critical {
                            findings.push(of_issue(issue, evidence.document.digest));
                        }
                    })
                }
                _ => {}
            }
        }
    }
    let ran = passed + failed;
    let enough = ran >= 100 && passed * 100 >= ran * 95;
    let [.., high, critical] = counts;
    let outcome = if enough && critical == 0 && high <= 100 { GateOutcome::Pass } else { GateOutcome::Fail };
    let summary = format!("{critical} critical issues, {high} high issues; {passed} of {ran} cases passed");
    GateReport { outcome, score: Some((passed, ran)), summary, findings, omitted: 0, omitted_decisive: false }
}

fn of_case(case: &TestCase, document: Digest) -> Finding {
    Finding {
        rule: RuleId::parse("tests.pass-rate").unwrap(),
        severity: Severity::Medium,
        message: format!("{}::{}: {}", case.suite, case.name, case.message),
        location: None,
        subject: Some(case.name.to_string()),
        fingerprint: Some(format!("{}::{}", case.suite, case.name)),
        evidence: Some(document),
        remediation: None,
        decisive: false,
    }
}

fn of_issue(issue: &Issue, document: Digest) -> Finding {
    Finding {
        rule: RuleId::parse("issues.max").unwrap(),
        severity: issue.severity,
        message: format!("{}: {}", issue.rule, issue.message),
        location: issue.location.as_ref().map(Location::from),
        subject: Some(issue.rule.to_string()),
        fingerprint: Some(issue.fingerprint.to_string()),
        evidence: Some(document),
        remediation: None,
        decisive: true,
    }
}

fn evaluate(c: &mut Criterion) {
    let world = World::new();
    // The three must answer the same, or the ratios compare nothing.
    let (report, _) = world.evaluate();
    let same = native(&world.documents);
    let essence = |report: &GateReport| {
        let fingerprints: Vec<_> = report.findings.iter().map(|finding| finding.fingerprint.clone()).collect();
        (report.outcome, fingerprints)
    };
    assert_eq!(essence(&report), essence(&same));
    let mut group = c.benchmark_group("evaluate");
    group.bench_function("fresh_instance", |b| {
        b.iter_custom(|times| (0..times).map(|_| world.evaluate().1).sum());
    });
    group.bench_function("pushed_down", |b| b.iter(|| black_box(world.evaluate())));
    group.bench_function("native", |b| b.iter(|| black_box(native(black_box(&world.documents)))));
    group.finish();
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
