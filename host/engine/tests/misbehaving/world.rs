//! One engine, a plugin that misbehaves and a good one.

use crate::beside::a_good_stage_stays_intact;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    digest::Digest,
    evidence::{
        Baseline, Completeness, Content, Document, Evidence, Issue, ScanKind, ScanReport, Suppression, TestCase,
        TestReport, TestStatus,
    },
    fault::{Blame, Fault, FaultKind, Refusal},
    finding::Severity,
    name::{EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
    wasi::Wasi,
};
use tidegate_engine::{config::EngineConfig, engine::Engine, load::LoadError, plugin::Plugin};
use tidegate_workbench::testing::{guest, shipped_plugin};

/// A plugin that misbehaves, and the engine it does so on.
pub(crate) struct Subject {
    /// As loaded, or why it was not.
    pub(crate) plugin: Result<Arc<Plugin>, LoadError>,
    /// The good plugin.
    pub(crate) good: Arc<Plugin>,
    engine: Engine,
}

/// One slot, so that whoever comes next gets the memory of who was before.
pub(crate) fn subject(name: &str) -> Subject {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let good = engine.load(&shipped_plugin("quality")).unwrap();
    Subject { plugin: engine.load(&guest(name)), engine, good }
}

/// The same, of a plugin to which `wasi: inert` is granted.
pub(crate) fn subject_with_wasi(name: &str) -> Subject {
    let refused = subject(name);
    Subject { plugin: refused.engine.load_granting(&guest(name), Wasi::Inert), ..refused }
}

impl Subject {
    /// What it answers to these settings over these documents. Then the good plugin is asked, and must answer.
    pub(crate) fn ask(&self, settings: &str, documents: &[Evidence]) -> Result<GateReport, Refusal> {
        let answer = self.ask_alone(settings, documents);
        self.goes_on();
        answer
    }

    /// What it answers, with nobody else in its slot before it is asked again.
    pub(crate) fn ask_alone(&self, settings: &str, documents: &[Evidence]) -> Result<GateReport, Refusal> {
        self.evaluate(self.plugin.as_ref().unwrap(), settings, documents)
    }

    /// The good plugin still answers.
    pub(crate) fn goes_on(&self) {
        let answer = self.evaluate(&self.good, r#"{"tests": {}}"#, &[tests("unit_tests")]);
        let report = answer.unwrap();
        assert_eq!((report.outcome, report.score), (GateOutcome::Pass, Some((1, 1))));
    }

    /// The fault that it ends in; must blame the plugin and be of that kind.
    #[track_caller]
    pub(crate) fn fault(&self, settings: &str, documents: &[Evidence], kind: FaultKind) -> String {
        match self.ask(settings, documents) {
            Err(Refusal::Fault(fault)) => {
                a_good_stage_stays_intact(self, settings, documents, kind);
                blamed(fault, kind)
            }
            other => panic!("{settings}: {other:?}"),
        }
    }

    /// Every rule that it declares.
    pub(crate) fn rules(&self) -> Vec<tidegate_core::name::RuleId> {
        self.plugin.as_ref().unwrap().description.rules.iter().map(|rule| rule.id.clone()).collect()
    }

    fn evaluate(&self, plugin: &Plugin, settings: &str, documents: &[Evidence]) -> Result<GateReport, Refusal> {
        ask(self, plugin, &request(settings), documents, &Baseline::NotAsked)
    }
}

/// Of all limits the plugin's own deadline is the one that should strike.
pub(crate) fn ask(
    subject: &Subject,
    plugin: &Plugin,
    request: &GateRequest,
    documents: &[Evidence],
    baseline: &Baseline,
) -> Result<GateReport, Refusal> {
    let later = Instant::now() + Duration::from_secs(3600);
    subject.engine.evaluate(plugin, request, documents, baseline, later).result
}

/// The fault's message, if it is the plugin's and of that kind.
#[track_caller]
pub(crate) fn blamed(fault: Fault, kind: FaultKind) -> String {
    assert_eq!((fault.blame, fault.kind), (Blame::Plugin, kind), "{fault}");
    fault.message
}

/// One document with one passed test.
pub(crate) fn tests(name: &str) -> Evidence {
    let case = TestCase {
        suite: "suite".into(),
        name: "case".into(),
        status: TestStatus::Passed,
        duration_ms: 1,
        message: "".into(),
    };
    let report = TestReport { suites: vec!["suite".into()], cases: vec![case], contradictions: vec![] };
    document(name, Content::Tests(Arc::new(report)))
}

/// One document with so many issues.
pub(crate) fn scan(name: &str, issues: usize) -> Evidence {
    let issue = Issue {
        rule: "rule".into(),
        severity: Severity::High,
        message: "message".into(),
        location: None,
        fingerprint: "fingerprint".into(),
        score: None,
        suppression: Suppression::None,
        tags: [].into(),
    };
    document(name, Content::Scan(Arc::new(ScanReport { kind: ScanKind::Analysis, issues: vec![issue; issues] })))
}

fn document(name: &str, content: Content) -> Evidence {
    let document = Document {
        format: "test".into(),
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
        received_at: Timestamp::from_nanos(1),
        stated_in: None,
    }
}

/// One question about one service.
pub(crate) fn request(settings: &str) -> GateRequest {
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
