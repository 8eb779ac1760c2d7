//! One question in core's words and in the SDK's.

use std::{
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    name::{EnvironmentName, ServiceName, Version},
    observation::{Advice, Observation, RollbackReport, Sample, Series, Trigger, TriggerState, believed},
    time::Timestamp,
};
use tidegate_engine::{config::EngineConfig, engine::Engine, plugin::Plugin};
use tidegate_sdk::{
    finding::Severity as NativeSeverity,
    fixture::{observation, series},
    rollback::{Advice as NativeAdvice, Report, Rollback},
    settings::read_with,
    trigger::{Trigger as NativeTrigger, TriggerState as NativeState},
};
use tidegate_workbench::testing::shipped_plugin;

pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const BEGAN: u64 = 1_795_000_000 * SECOND;

/// An engine with that plugin.
pub(crate) fn loaded(name: &str) -> (Engine, Arc<Plugin>) {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let plugin = engine.load(&shipped_plugin(name)).unwrap();
    (engine, plugin)
}

pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

/// Samples of a signal: seconds after the deployment, and the value.
pub(crate) type Samples = Vec<(u64, Option<f64>)>;

/// One question: signals with their samples, one every so many seconds, and how many seconds after the deployment it is asked.
pub(crate) struct Asked {
    pub(crate) settings: String,
    pub(crate) step: u64,
    pub(crate) signals: Vec<(&'static str, Samples)>,
    pub(crate) seconds: u64,
    pub(crate) previous: Vec<Trigger>,
}

/// A plugin on an engine, and its own type.
pub(crate) struct Twins<P> {
    engine: Engine,
    plugin: Arc<Plugin>,
    native: PhantomData<P>,
}

impl<P: Rollback> Twins<P> {
    pub(crate) fn of(name: &str) -> Self {
        let (engine, plugin) = loaded(name);
        Self { engine, plugin, native: PhantomData }
    }

    /// The answer of both, which is the same, is believed, and took no more memory than there was.
    #[track_caller]
    pub(crate) fn agree(&self, asked: &Asked) -> RollbackReport {
        let evaluated = self.engine.observe(&self.plugin, &as_core(asked), later());
        assert!(!evaluated.cost.grew_memory, "{:?}", evaluated.cost);
        let report = believed(evaluated.result.unwrap()).unwrap();
        let settings = read_with(&asked.settings, P::problems);
        assert!(settings.is_ok(), "{:?}", settings.err());
        let mut question = observation(settings.ok().unwrap());
        (question.deployed_at, question.observed_at) = (BEGAN, BEGAN + asked.seconds * SECOND);
        question.series = asked
            .signals
            .iter()
            .map(|(signal, samples)| {
                series(signal, asked.step * SECOND, samples.iter().map(|(at, value)| (BEGAN + at * SECOND, *value)))
            })
            .collect();
        question.previous = asked.previous.iter().map(as_native_trigger).collect();
        let natively = P::evaluate(&question).unwrap();
        // Compared as text: one that is no number is equal to itself.
        assert_eq!(format!("{:?}", as_native(&report)), format!("{natively:?}"));
        report
    }
}

fn as_core(asked: &Asked) -> Observation {
    let service = Service {
        name: ServiceName::parse("api").unwrap(),
        version: Version::parse("1.4.2").unwrap(),
        previous_version: None,
        artifact: None,
    };
    let deployment = DeploymentRequest {
        id: "fixture".into(),
        environment: EnvironmentName::parse("production").unwrap(),
        services: vec![service],
        revision: None,
        cause: Cause::Push,
        actor: "fixture".into(),
        person: None,
        requested_at: Timestamp::from_nanos(0),
        labels: vec![],
    };
    let sample =
        |(at, value): &(u64, Option<f64>)| Sample { at: Timestamp::from_nanos(BEGAN + at * SECOND), value: *value };
    let series = |(signal, samples): &(&'static str, Samples)| Series {
        signal: (*signal).into(),
        unit: "".into(),
        labels: vec![],
        samples: samples.iter().map(sample).collect(),
        step: Duration::from_secs(asked.step),
        defect: None,
    };
    Observation {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        deployed_at: Timestamp::from_nanos(BEGAN),
        observed_at: Timestamp::from_nanos(BEGAN + asked.seconds * SECOND),
        settings: asked.settings.as_str().into(),
        series: asked.signals.iter().map(series).collect(),
        alerts: vec![],
        previous: asked.previous.clone(),
    }
}

fn as_native(report: &RollbackReport) -> Report {
    use tidegate_core::finding::Severity;
    Report {
        advice: match report.advice {
            Advice::Proceed => NativeAdvice::Proceed,
            Advice::Hold => NativeAdvice::Hold,
            Advice::RollBack => NativeAdvice::RollBack,
        },
        severity: match report.severity {
            Severity::Info => NativeSeverity::Info,
            Severity::Low => NativeSeverity::Low,
            Severity::Medium => NativeSeverity::Medium,
            Severity::High => NativeSeverity::High,
            Severity::Critical => NativeSeverity::Critical,
        },
        triggers: report.triggers.iter().map(as_native_trigger).collect(),
        summary: report.summary.clone(),
    }
}

fn as_native_trigger(given: &Trigger) -> NativeTrigger {
    NativeTrigger {
        name: given.name.clone(),
        state: match given.state {
            TriggerState::Ok => NativeState::Ok,
            TriggerState::Pending => NativeState::Pending,
            TriggerState::Firing => NativeState::Firing,
            TriggerState::Inconclusive => NativeState::Inconclusive,
        },
        since: given.since.map(Timestamp::nanos),
        observed: given.observed,
        threshold: given.threshold,
        samples: given.samples,
        message: given.message.clone(),
    }
}
