//! What Rego rules cost: one decision through the plugin `rego`, which parses the rules each time because an instance lives for one
//! call, and the bare interpreter natively, parsing them just so, and with the rules parsed before.

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
    evidence::{Baseline, Completeness, Document, Evidence},
    name::{EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::GateRequest,
    time::Timestamp,
};
use tidegate_engine::{config::EngineConfig, engine::Engine, plugin::Plugin};

const RULES: &str = include_str!("../../workbench/tests/rego/rules.rego");
const CONTAINERS: usize = 100;

/// About 13 KB.
fn input() -> String {
    let container = |n: usize| {
        format!(
            r#"{{"name": "c{n}", "image": "api:{n}", "memory": "{}Mi", "port": {}, "weight": 2, "privileged": false}}"#,
            64 + n * 8,
            8000 + n
        )
    };
    let containers: Vec<String> = (0..CONTAINERS).map(container).collect();
    format!(r#"{{"containers": [{}], "labels": {{"owner": "shop"}}, "limit": 10}}"#, containers.join(","))
}

struct World {
    engine: Engine,
    plugin: Arc<Plugin>,
    request: GateRequest,
    documents: [Evidence; 1],
}

fn evidence(text: &str) -> Evidence {
    let document = Document {
        format: "opaque".into(),
        digest: Digest::of(text.as_bytes()),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: Vec::new(),
        bytes: text.as_bytes().into(),
    };
    Evidence {
        name: EvidenceName::parse("config").unwrap(),
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
    let rules = serde_json::Value::from(RULES);
    let settings = format!(r#"{{"mode": "conftest", "modules": [{{"file": "rules.rego", "source": {rules}}}]}}"#);
    GateRequest {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        stage: StageId::parse("rules").unwrap(),
        service: None,
        settings: settings.into(),
        evaluated_at: Timestamp::from_nanos(2),
    }
}

impl World {
    fn new(input: &str) -> Self {
        let engine = Engine::new(&EngineConfig::default()).unwrap();
        let plugin = engine.load(&tidegate_workbench::testing::shipped_plugin("rego")).unwrap();
        Self { engine, plugin, request: request(), documents: [evidence(input)] }
    }

    /// How many messages there are.
    fn evaluate(&self) -> usize {
        let deadline = Instant::now() + Duration::from_secs(3600);
        let evaluated =
            self.engine.evaluate(&self.plugin, &self.request, &self.documents, &Baseline::NotAsked, deadline);
        evaluated.result.unwrap().findings.len()
    }
}

fn parsed() -> regorus::Engine {
    let mut engine = regorus::Engine::new();
    engine.add_policy("rules.rego".to_owned(), RULES.to_owned()).unwrap();
    engine
}

fn ask(engine: &mut regorus::Engine, input: &str) -> usize {
    engine.set_input(regorus::Value::from_json_str(input).unwrap());
    let mut count = |rule: &str| engine.eval_rule(format!("data.main.{rule}")).unwrap().as_set().unwrap().len();
    count("deny") + count("warn")
}

fn rego(c: &mut Criterion) {
    let input = input();
    let world = World::new(&input);
    // Both must answer the same, or the ratio compares nothing.
    assert_eq!(world.evaluate(), ask(&mut parsed(), &input));
    let mut group = c.benchmark_group("rego");
    group.bench_function("plugin", |b| b.iter(|| black_box(world.evaluate())));
    group.bench_function("native_fresh", |b| b.iter(|| black_box(ask(&mut parsed(), black_box(&input)))));
    let mut prepared = parsed();
    group.bench_function("native_parsed_before", |b| b.iter(|| black_box(ask(&mut prepared, black_box(&input)))));
    group.finish();
}

criterion_group!(benches, rego);
criterion_main!(benches);
