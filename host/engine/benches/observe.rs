//! What a look after a deployment costs, all in one run: a window of five minutes at steps of 5 s for four signals, judged by the
//! shipped plugin `rollback` in a fresh instance. Criterion prints the middle of three numbers; below it the median of single looks,
//! which has to stay under 100 µs on a machine that does nothing else.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    name::{EnvironmentName, ServiceName, Version},
    observation::{Advice, Observation, Sample, Series},
    time::Timestamp,
};
use tidegate_engine::{config::EngineConfig, engine::Engine};

const BEGAN: u64 = 1_795_000_000_000_000_000;
const STEP: Duration = Duration::from_secs(5);
const SIGNALS: [&str; 4] = ["health_checks.failed", "http_requests.error_ratio", "http_req_duration.p95", "cpu.used"];
/// Single looks whose median is printed.
const LOOKS: usize = 5000;

const SETTINGS: &str = r#"{"step": "5s", "triggers": [
    {"name": "health_checks", "signal": "health_checks.failed", "gt": 0, "consecutive": {"gt": 3}},
    {"name": "error_ratio", "signal": "http_requests.error_ratio", "gt": 0.1, "for": {"gt": "5m"}},
    {"name": "response_time", "signal": "http_req_duration.p95", "gt": 2000, "for": {"gt": "5m"}},
    {"name": "cpu", "signal": "cpu.used", "gt": 80, "for": {"gt": "5m"}, "then": "warn"},
    {"name": "security_alert", "alert": {"severity": "critical", "category": "security"}}]}"#;

fn observation() -> Observation {
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
        actor: "pipeline".into(),
        person: None,
        requested_at: Timestamp::from_nanos(1),
        labels: Vec::new(),
    };
    let began = Timestamp::from_nanos(BEGAN);
    let sample = |n: u32| Sample { at: began.plus(STEP * n), value: Some(f64::from(n % 7) / 100.0) };
    let series = |signal: &str| Series {
        signal: signal.into(),
        unit: "".into(),
        labels: Vec::new(),
        samples: (0..=60).map(sample).collect(),
        step: STEP,
        defect: None,
    };
    Observation {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        deployed_at: began,
        observed_at: began.plus(STEP * 60),
        settings: SETTINGS.into(),
        series: SIGNALS.map(series).to_vec(),
        alerts: Vec::new(),
        previous: Vec::new(),
    }
}

fn observe(c: &mut Criterion) {
    let engine = Engine::new(&EngineConfig::default()).unwrap();
    let plugin = engine.load(&tidegate_workbench::testing::shipped_plugin("rollback")).unwrap();
    let mut observation = observation();
    let later = Instant::now() + Duration::from_secs(3600);
    let first = engine.observe(&plugin, &observation, later).result.unwrap();
    assert_ne!(first.advice, Advice::Proceed, "a health check fails in most looks");
    // As a watch hands it back.
    observation.previous = first.triggers;
    let look = || engine.observe(&plugin, black_box(&observation), later).result.unwrap();
    c.bench_function("observe/5m_at_5s_of_4_signals", |b| b.iter(look));
    let mut taken: Vec<Duration> = (0..LOOKS)
        .map(|_| {
            let began = Instant::now();
            black_box(look());
            began.elapsed()
        })
        .collect();
    taken.sort();
    let at = |percent: usize| taken.get(LOOKS * percent / 100).copied().unwrap_or_default();
    println!("{LOOKS} looks: p50 {:?}, p99 {:?}", at(50), at(99));
}

criterion_group!(benches, observe);
criterion_main!(benches);
