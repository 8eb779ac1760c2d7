//! The plugin on an engine, asked about one document.

use std::{
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
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
    evaluate::Evaluated,
    plugin::Plugin,
};
use tidegate_workbench::testing::shipped_plugin;

pub(crate) struct World {
    engine: Engine,
    plugin: Arc<Plugin>,
}

/// Settings with these rules for documents.
pub(crate) fn settings(rules: &str) -> String {
    let rules = serde_json::Value::from(rules);
    format!(r#"{{"mode": "conftest", "modules": [{{"file": "rules.rego", "source": {rules}}}]}}"#)
}

impl World {
    pub(crate) fn new() -> Self {
        // What ends an evaluation here is what it does, not how long this machine takes for it.
        let limits = Limits { plugin_deadline: Duration::from_secs(600), ..Limits::default() };
        let engine = Engine::new(&EngineConfig { slots: 1, limits, ..EngineConfig::default() }).unwrap();
        let plugin = engine.load(&shipped_plugin("rego")).unwrap();
        Self { engine, plugin }
    }

    pub(crate) fn evaluate(&self, settings: &str, document: &str) -> Evaluated {
        let later = Instant::now() + Duration::from_secs(3600);
        self.engine.evaluate(&self.plugin, &request(settings), &[evidence(document)], &Baseline::NotAsked, later)
    }
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
        stage: StageId::parse("rules").unwrap(),
        service: None,
        settings: settings.into(),
        evaluated_at: Timestamp::from_nanos(2),
    }
}
