//! Whatever was judged comes back as it was judged, from canonical bytes that fit.

use crate::{
    arbitrary::{self, Dice},
    sample,
    world::{World, id, record},
};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use std::{cell::Cell, sync::Arc};
use tidegate_core::{
    deployment::{Artifact, Deployment, DeploymentRequest, Service},
    digest::Digest,
    judgement::Judgement,
    name::PluginName,
    policy::{Bind, EmptyScan, Enforcement, Mode, OnError, Per, PolicySet, Requirement, Stage, Trust, Vouched},
};
use tidegate_ledger::{
    leaf_size::{LEAF_BYTES_MAX, fits, upper_bound},
    ledger::Ledger,
};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Sorts keys by their bytes, writes no spaces, and refuses numbers that some JSON reader would round.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| key.as_bytes());
            let fields =
                fields.iter().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Number(number) => u32::try_from(number.as_u64().unwrap()).unwrap().to_string(),
        plain => plain.to_string(),
    }
}

/// The set that has just these stages: what the bound is computed from.
fn set_of(judgement: &Judgement) -> PolicySet {
    let decided_by = &judgement.decision.decided_by;
    let stages = judgement.decision.stages.iter().map(|result| stage(result.stage.as_str(), &result.plugin.name));
    PolicySet {
        id: decided_by.id.clone(),
        version: decided_by.version.clone(),
        digest: decided_by.digest,
        enforcement: decided_by.enforcement,
        next_review: None,
        valid_for: std::time::Duration::from_secs(3600),
        stages: stages.collect(),
        break_glass: None,
        secrets: tidegate_core::policy::Secrets::Mask,
    }
}

fn stage(id: &str, plugin: &PluginName) -> Stage {
    Stage {
        id: id.parse().unwrap(),
        title: id.into(),
        plugin: plugin.clone(),
        per: Per::Service,
        weight: 1,
        mode: Mode::Block,
        effective_from: None,
        optional: false,
        on_error: OnError::Block,
        budget: None,
        evidence: vec![Requirement {
            name: "unit_tests".parse().unwrap(),
            documents_min: 1,
            documents_max: None,
            max_age: None,
            bind: Bind::None,
            vouched: Vouched::None,
            trust: Trust::default(),
        }],
        empty_scan: EmptyScan::Incomplete,
        baseline: false,
        settings: "{}".into(),
    }
}

async fn comes_back(ledger: &Ledger, name: &str, judged: &Judgement) {
    let mut given = record(name, judged.clone());
    given.circumstances.stage_durations.clear();
    let circumstances = given.circumstances.clone();
    let recorded = ledger.record(given).await.unwrap();

    let stored = ledger.decision(&id(name)).await.unwrap().unwrap();
    assert_eq!(format!("{:?}", stored.judgement), format!("{judged:?}"));
    assert_eq!(stored.circumstances, circumstances);
    assert_eq!((stored.leaf_index, stored.leaf_hash), (recorded.leaf_index, recorded.leaf_hash));

    let leaf = ledger.leaf(recorded.leaf_index).await.unwrap().unwrap();
    let parsed: Value = serde_json::from_str(&leaf.text).unwrap();
    assert_eq!(canonical(&parsed), *leaf.text);
    assert_eq!(leaf.hash, Digest::of(&[&[0], leaf.text.as_bytes()].concat()));
    assert!(leaf.text.len() <= upper_bound(&judged.deployment, &judged.skip, &set_of(judged)));
    for body in bodies_named_by(&parsed["judgement"]) {
        let bytes = ledger.body(&body).await.unwrap().unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(canonical(&serde_json::from_str(&text).unwrap()), text);
    }
}

fn bodies_named_by(judgement: &Value) -> Vec<Digest> {
    let stages = judgement["decision"]["stages"].as_array().unwrap().iter().map(|stage| &stage["body"]);
    let others =
        [&judgement["evidence"]["manifest"], &judgement["baseline"]["manifest"], &judgement["decision"]["body"]];
    let optional = ["overdue", "agreed"].into_iter().filter_map(|name| Some(&judgement.get(name)?["manifest"]));
    stages.chain(others).chain(optional).map(|digest| digest.as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn the_sample_comes_back() {
    runtime().block_on(async {
        let world = World::new();
        let ledger = world.open().await;
        comes_back(&ledger, "sample", &sample::judgement()).await;
        ledger.close().await;
    });
}

#[test]
fn any_judgement_comes_back() {
    let (runtime, world) = (runtime(), World::new());
    let ledger = runtime.block_on(world.open());
    let number = Cell::new(0);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let cases = runner.run(&(vec(any::<u8>(), 0..3000),), |(bytes,)| {
        // Shrinking calls this again: every call is a decision of its own.
        number.set(number.get() + 1);
        let judged = arbitrary::judgement(&mut Dice(bytes.iter()));
        runtime.block_on(comes_back(&ledger, &format!("d{}", number.get()), &judged));
        Ok(())
    });
    cases.unwrap();
    runtime.block_on(ledger.close());
}

#[test]
fn the_same_judgement_is_the_same_bytes_whatever_the_circumstances() {
    runtime().block_on(async {
        let world = World::new();
        let ledger = world.open().await;
        let (one, mut other) = (record("one", sample::judgement()), record("two", sample::judgement()));
        other.circumstances.trace = None;
        other.circumstances.received_at = sample::at("2026-04-01T00:00:00Z");
        other.circumstances.host_version = "9.9.9".parse().unwrap();
        other.circumstances.stage_durations.clear();
        let mut parts = Vec::new();
        for record in [one, other] {
            let index = ledger.record(record).await.unwrap().leaf_index;
            let leaf = ledger.leaf(index).await.unwrap().unwrap();
            let begin = leaf.text.find("\"judgement\":").unwrap();
            let end = leaf.text.rfind(",\"kind\":").unwrap();
            parts.push(leaf.text[begin..end].to_owned());
        }
        assert_eq!(parts[0], parts[1]);
        ledger.close().await;
    });
}

#[test]
fn sixty_four_stages_of_sixty_four_services_fit() {
    let judged = large("", "");
    fits(&judged.deployment, &judged.skip, &set_of(&judged)).unwrap();
    runtime().block_on(async {
        let world = World::new();
        let ledger = world.open().await;
        comes_back(&ledger, "large", &judged).await;
        ledger.close().await;
    });
}

#[test]
fn what_cannot_fit_is_refused_before_it_is_judged_and_again_when_recorded() {
    let judged = large(&"\"".repeat(150), &"x".repeat(50));
    let before = fits(&judged.deployment, &judged.skip, &set_of(&judged)).unwrap_err();
    assert!(before.used > LEAF_BYTES_MAX, "{before}");
    runtime().block_on(async {
        let world = World::new();
        let ledger = world.open().await;
        let error = ledger.record(record("huge", judged)).await.unwrap_err().to_string();
        assert!(error.starts_with("bytes of the ledger leaf: "), "{error}");
        assert!(error.ends_with(" used, 65535 allowed"), "{error}");
        assert!(ledger.leaf(0).await.unwrap().is_none());
        ledger.close().await;
    });
}

/// The sample with 64 services and 64 stages, each judged for each service; artifacts have this URI, stages and
/// plugins this suffix.
fn large(uri: &str, suffix: &str) -> Judgement {
    let mut judged = sample::judgement();
    let sample = judged.deployment.clone();
    let services: Vec<Service> = (0..64)
        .map(|n| Service {
            name: format!("backend-service-{n:02}").parse().unwrap(),
            version: "1.4.2+build.77".parse().unwrap(),
            previous_version: Some("1.4.1".parse().unwrap()),
            artifact: Some(Artifact { uri: uri.into(), digest: Digest::of(&[1]) }),
        })
        .collect();
    let mut stage = judged.decision.stages[0].clone();
    let evaluation = stage.evaluations[0].clone();
    stage.evaluations = services.iter().map(|_| evaluation.clone()).collect();
    judged.decision.stages = (0..64)
        .map(|n| {
            let mut stage = stage.clone();
            stage.stage = format!("stage_{n:02}{suffix}").parse().unwrap();
            stage.plugin.name = format!("quality{suffix}").parse().unwrap();
            stage
        })
        .collect();
    judged.deployment = Arc::new(
        Deployment::new(DeploymentRequest {
            id: sample.id().into(),
            environment: sample.environment().clone(),
            services,
            revision: sample.revision().cloned(),
            cause: sample.cause(),
            actor: sample.actor().into(),
            person: None,
            requested_at: sample.requested_at(),
            labels: sample.labels().to_vec(),
        })
        .unwrap(),
    );
    judged
}

#[test]
fn advisory_sets_are_told_apart() {
    let mut judged = sample::judgement();
    judged.decision.decided_by.enforcement = Enforcement::Advisory;
    runtime().block_on(async {
        let world = World::new();
        let ledger = world.open().await;
        comes_back(&ledger, "advisory", &judged).await;
        ledger.close().await;
    });
}
