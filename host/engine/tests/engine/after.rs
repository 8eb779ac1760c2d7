//! Questions of after a deployment: the shipped plugins as WebAssembly, and small ones that misbehave.

mod rollback;
mod severity;

use crate::{
    guest::{Asked, Guest, guest},
    world::{engine, later, request},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    fault::{Blame, FaultKind, Refusal},
    incident::{Classification, DataState, FeatureImpact, Incident, PerformanceImpact, SecurityState, ServiceState},
    observation::{Observation, Sample, Series},
    time::Timestamp,
};
use tidegate_engine::{config::Limits, engine::Engine, evaluate::Evaluated, plugin::Plugin};
use tidegate_workbench::testing::shipped_plugin;

const SECOND: u64 = 1_000_000_000;
const BEGAN: u64 = 1_795_000_000 * SECOND;

fn shipped(engine: &Engine, name: &str) -> Arc<Plugin> {
    let plugin = engine.load(&shipped_plugin(name)).unwrap();
    assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
    plugin
}

/// Every second one of these, `x` above 0.1.
fn errors(samples: &str) -> Series {
    let sample = |(n, sign): (u64, char)| Sample {
        at: Timestamp::from_nanos(BEGAN + n * SECOND),
        value: match sign {
            'x' => Some(0.101),
            '.' => Some(0.1),
            _ => None,
        },
    };
    Series {
        signal: "errors".into(),
        unit: "".into(),
        labels: vec![],
        samples: (0..).zip(samples.chars()).map(sample).collect(),
        step: Duration::from_secs(1),
        defect: None,
    }
}

/// A look at it in the moment of its last sample.
fn look(settings: &str, samples: &str) -> Observation {
    let last = (samples.len() as u64).saturating_sub(1);
    Observation {
        deployment: request().deployment,
        deployed_at: Timestamp::from_nanos(BEGAN),
        observed_at: Timestamp::from_nanos(BEGAN + last * SECOND),
        settings: settings.into(),
        series: vec![errors(samples)],
        alerts: vec![],
        previous: vec![],
    }
}

/// Known to be none.
fn incident() -> Incident {
    Incident {
        title: "the error ratio rose".into(),
        deployment: Some(request().deployment),
        detected_at: Timestamp::from_nanos(BEGAN),
        settings: "{}".into(),
        users_affected_percent: Some(0.0),
        service: ServiceState::Operational,
        data: DataState::Intact,
        security: SecurityState::None,
        features: FeatureImpact::None,
        performance: PerformanceImpact::None,
        rollback_required: false,
        triggers: vec![],
        labels: vec![],
    }
}

fn classify(engine: &Engine, plugin: &Plugin, incident: &Incident) -> Classification {
    engine.classify(plugin, incident, later()).result.unwrap()
}

fn fault<R: std::fmt::Debug>(evaluated: Evaluated<R>) -> (Blame, FaultKind, String) {
    match evaluated.result {
        Err(Refusal::Fault(fault)) => (fault.blame, fault.kind, fault.message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plugin_of_another_kind_is_not_asked() {
    let engine = engine(Limits::default());
    let gate = engine.load(&guest().component()).unwrap();
    let (rollback, severity) = (shipped(&engine, "rollback"), shipped(&engine, "severity"));
    let bad = |name: &str, kind: &str| (Blame::Policy, FaultKind::BadSettings, format!("plugin `{name}` is no {kind}"));
    assert_eq!(fault(engine.observe(&gate, &look("{}", "."), later())), bad("small", "rollback"));
    assert_eq!(fault(engine.lookback(&severity, "{}", later())), bad("severity", "rollback"));
    assert_eq!(fault(engine.classify(&rollback, &incident(), later())), bad("rollback", "severity"));
}

/// Every question that a guest of this behaviour can be asked, and how it ends.
fn ends(limits: Limits, behaviour: &Guest, until: Instant) -> Vec<(Blame, FaultKind, String)> {
    let engine = engine(limits);
    let rollback = engine.load(&Guest { asked: Asked::Rollback([0; 6]), ..behaviour.clone() }.component()).unwrap();
    let severity = engine.load(&Guest { asked: Asked::Severity([0; 6]), ..behaviour.clone() }.component()).unwrap();
    vec![
        fault(engine.observe(&rollback, &look("{}", "."), until)),
        fault(engine.lookback(&rollback, "{}", until)),
        fault(engine.classify(&severity, &incident(), until)),
    ]
}

#[test]
fn every_limit_of_a_gate_holds_here_too() {
    let limits = Limits { plugin_deadline: Duration::from_millis(50), ..Limits::default() };
    let spins = Guest { before_answering: "(loop $l (br $l))", ..guest() };
    for (blame, kind, message) in ends(limits, &spins, later()) {
        assert_eq!((blame, kind), (Blame::Plugin, FaultKind::Deadline), "{message}");
        assert_eq!(message, "deadline: over 50 ms used, 50 ms allowed");
    }
    let traps = Guest { before_answering: "unreachable", ..guest() };
    for (blame, kind, _) in ends(Limits::default(), &traps, later()) {
        assert_eq!((blame, kind), (Blame::Plugin, FaultKind::Trap));
    }
    let grows = Guest { before_answering: "(drop (memory.grow (i32.const 2000)))", ..guest() };
    for (blame, kind, message) in ends(Limits::default(), &grows, later()) {
        assert_eq!((blame, kind), (Blame::Plugin, FaultKind::Memory), "{message}");
    }
    for (blame, kind, message) in ends(Limits::default(), &guest(), Instant::now()) {
        assert_eq!((blame, kind), (Blame::Host, FaultKind::DecisionDeadline), "{message}");
    }
}

#[test]
fn a_plugin_runs_in_the_engine_that_loaded_it_alone() {
    let (one, other) = (engine(Limits::default()), engine(Limits::default()));
    let plugin = shipped(&one, "rollback");
    let (blame, kind, message) = fault(other.observe(&plugin, &look("{}", "."), later()));
    assert_eq!((blame, kind), (Blame::Host, FaultKind::Host));
    assert_eq!(message, "plugin `rollback` was loaded by another engine");
}
