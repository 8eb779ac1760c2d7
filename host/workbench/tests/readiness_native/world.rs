//! One plugin twice, and the same question to both.

use std::{
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    digest::Digest,
    evidence::{Baseline, Completeness, Content, Document, Evidence, Standing, Statement},
    finding::{Finding, Severity},
    interpret,
    name::{EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
};
use tidegate_engine::{
    config::EngineConfig,
    engine::Engine,
    evaluate::{Cost, Evaluated},
    plugin::Plugin,
};
use tidegate_sdk::{
    deployment::Cause as NativeCause,
    evidence::small::{Standing as NativeStanding, Statement as NativeStatement},
    finding::{Finding as NativeFinding, Remediation as NativeRemediation, Severity as NativeSeverity},
    fixture::{DocumentFixture, evidence, request},
    gate::Gate,
    report::{Outcome, Ratio, Report},
    settings::read,
};
use tidegate_workbench::testing::shipped_plugin;

/// A statement: its item, `y`, `n` or `-`, who, when, why.
pub(crate) type Said = (&'static str, char, &'static str, u64, &'static str);

/// A statement.
pub(crate) fn said(item: &'static str, word: char, by: &'static str, at: u64, note: &'static str) -> Said {
    (item, word, by, at, note)
}

/// A plugin on an engine, and its own type.
pub(crate) struct Twins<P> {
    engine: Engine,
    plugin: Arc<Plugin>,
    native: PhantomData<P>,
}

impl<P: Gate> Twins<P> {
    pub(crate) fn of(name: &str) -> Self {
        let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
        let plugin = engine.load(&shipped_plugin(name)).unwrap();
        Self { engine, plugin, native: PhantomData }
    }

    /// The answer of both, which is the same, is believed, and took no more memory than there was.
    #[track_caller]
    pub(crate) fn agree(&self, settings: &str, now: u64, said: &[Said]) -> GateReport {
        assert_eq!(self.plugin.settings_problems(&self.engine, settings).unwrap(), []);
        let later = Instant::now() + Duration::from_secs(3600);
        let asked = asked(settings, now);
        let Evaluated { result, cost, .. } =
            self.engine.evaluate(&self.plugin, &asked, &[document(said)], &Baseline::NotAsked, later);
        let report = result.unwrap();
        let Cost { grew_memory, memory_bytes, .. } = cost;
        assert!(!grew_memory, "{memory_bytes} bytes");
        let rules: Vec<_> = self.plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
        interpret::report(report.clone(), &rules).unwrap();
        assert_eq!(as_native(&report), Self::natively(settings, now, said), "{settings} at {now}");
        report
    }

    fn natively(settings: &str, now: u64, said: &[Said]) -> Report {
        let settings = read::<P>(settings);
        assert!(settings.is_ok(), "{:?}", settings.err());
        let mut request = request(settings.ok().unwrap());
        request.evaluated_at = now;
        request.deployment.actor = "alice".to_owned();
        request.deployment.cause = NativeCause::Push;
        let statement = |(item, word, by, at, note): &Said| NativeStatement {
            item: (*item).to_owned(),
            standing: match word {
                'y' => NativeStanding::Met,
                'n' => NativeStanding::Unmet,
                _ => NativeStanding::NotApplicable,
            },
            by: (*by).to_owned(),
            at: *at,
            link: None,
            note: (*note).to_owned(),
        };
        let document = DocumentFixture::new("checklist", "statements")
            .statements(said.iter().map(statement))
            .source(|source| source.digest = Digest::of(b"document").to_string());
        P::evaluate(&request, &evidence([document])).unwrap()
    }
}

fn document(said: &[Said]) -> Evidence {
    let statement = |(item, word, by, at, note): &Said| Statement {
        item: (*item).into(),
        standing: match word {
            'y' => Standing::Met,
            'n' => Standing::Unmet,
            _ => Standing::NotApplicable,
        },
        by: (*by).into(),
        at: Some(Timestamp::from_nanos(*at)),
        link: None,
        note: (*note).into(),
    };
    let document = Document {
        format: "statements".into(),
        digest: Digest::of(b"document"),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: vec![Content::Statements(said.iter().map(statement).collect())],
        bytes: [].into(),
    };
    Evidence {
        name: EvidenceName::parse("checklist").unwrap(),
        service: None,
        document: Arc::new(document),
        declared_at: None,
        received_at: Timestamp::from_nanos(1),
        stated_in: None,
    }
}

fn asked(settings: &str, now: u64) -> GateRequest {
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
        stage: StageId::parse("readiness").unwrap(),
        service: None,
        settings: settings.into(),
        evaluated_at: Timestamp::from_nanos(now),
    }
}

fn as_native(report: &GateReport) -> Report {
    Report {
        outcome: match report.outcome {
            GateOutcome::Pass => Outcome::Pass,
            GateOutcome::Fail => Outcome::Fail,
            GateOutcome::Hold(until) => Outcome::Hold(until.map(Timestamp::nanos)),
            GateOutcome::NotApplicable => Outcome::NotApplicable,
            GateOutcome::Inconclusive => Outcome::Inconclusive,
        },
        score: report.score.map(|(numerator, denominator)| Ratio { numerator, denominator }),
        summary: report.summary.clone(),
        findings: report.findings.iter().map(finding).collect(),
        omitted: report.omitted,
        omitted_decisive: report.omitted_decisive,
    }
}

fn finding(given: &Finding) -> NativeFinding {
    let remediation = given.remediation.clone().map(|remediation| NativeRemediation {
        title: remediation.title,
        command: remediation.command,
        doc: remediation.doc,
    });
    NativeFinding {
        rule: given.rule.to_string(),
        severity: match given.severity {
            Severity::Info => NativeSeverity::Info,
            Severity::Low => NativeSeverity::Low,
            Severity::Medium => NativeSeverity::Medium,
            Severity::High => NativeSeverity::High,
            Severity::Critical => NativeSeverity::Critical,
        },
        message: given.message.clone(),
        location: None,
        subject: given.subject.clone(),
        fingerprint: given.fingerprint.clone(),
        evidence: given.evidence.as_ref().map(ToString::to_string),
        remediation,
        decisive: given.decisive,
    }
}
