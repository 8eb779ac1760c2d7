//! An engine, and one question to a plugin.

use crate::guest::Guest;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    evidence::Baseline,
    fault::{Blame, FaultKind, Refusal},
    name::{EnvironmentName, ServiceName, StageId, Version},
    report::GateRequest,
    time::Timestamp,
};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
    evaluate::Evaluated,
};

/// An engine of few slots with these limits.
pub(crate) fn engine(limits: Limits) -> Engine {
    Engine::new(&EngineConfig { limits, slots: 4, cache_dir: None }).unwrap()
}

/// One question.
pub(crate) fn request() -> GateRequest {
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
        actor: "alice".into(),
        person: None,
        requested_at: Timestamp::from_nanos(1),
        labels: Vec::new(),
    };
    GateRequest {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        stage: StageId::parse("unit_tests").unwrap(),
        service: None,
        settings: "{}".into(),
        evaluated_at: Timestamp::from_nanos(2),
    }
}

/// A decision's deadline that no test reaches.
pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

/// Loads a plugin and asks it once.
pub(crate) fn ask(engine: &Engine, guest: &Guest, until: Instant) -> Evaluated {
    let plugin = engine.load(&guest.component()).unwrap();
    engine.evaluate(&plugin, &request(), &[], &Baseline::NotAsked, until)
}

/// The fault that an evaluation ended with.
pub(crate) fn fault(evaluated: &Evaluated) -> (Blame, FaultKind, &str) {
    match &evaluated.result {
        Err(Refusal::Fault(fault)) => (fault.blame, fault.kind, &fault.message),
        other => panic!("{other:?}"),
    }
}
