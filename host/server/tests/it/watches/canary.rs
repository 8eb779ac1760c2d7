//! A canary that is watched beside what runs.

use super::{Sources, decided, ended, gate, started, with};
use crate::world::{self, root};
use serde_json::json;
use std::fs;
use tempfile::TempDir;
use tidegate_core::digest::Digest;

/// Response times of a canary and of what runs beside it, sampled every second.
fn policies() -> TempDir {
    world::plugins();
    let pinned = |name: &str| {
        let path = root().join(format!("plugins/{name}.wasm"));
        let pin = Digest::of(&fs::read(&path).unwrap()).hex();
        format!("{name}: {{ path: {}, sha256: {pin} }}", path.display())
    };
    let signal = |name: &str| {
        format!(
            "    - {{ name: {name}, unit: ms, prometheus: {{ destination: metrics, query: '{name}{{v=\"{{{{ version }}}}\"}}' }} }}\n"
        )
    };
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\n\
         plugins: {{ {}, {} }}\nstages:\n  - id: unit_tests\n    title: Unit Tests\n    plugin: quality\n    \
         evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    settings: {{ tests: {{ min_pass_rate: 100 }} }}\n\
         rollback:\n  step: 1s\n  canary:\n    window: 10s\n    confidence_percent: 90\n    min_samples: 6\n    metrics:\n      \
         - {{ name: response_time, canary: p95_canary, baseline: p95_baseline, worse: higher, critical: true }}\n\
         watch:\n  plugin: canary\n  for: 8s\n  signals:\n{}{}",
        pinned("quality"),
        pinned("canary"),
        signal("p95_canary"),
        signal("p95_baseline"),
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set).unwrap();
    folder
}

/// How a watch ends whose canary answers in this time, where what runs beside it takes 100 ms.
async fn ends(canary: Option<f64>) -> serde_json::Value {
    let (policies, sources) = (policies(), Sources::new());
    sources.metrics_of("p95_baseline", Some(100.0));
    sources.metrics_of("p95_canary", canary);
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let (gate, watch) = with(gate, |gate| {
        let (decision, _) = decided(gate, "staging");
        ended(gate, &started(gate, &decision))
    })
    .await;
    gate.stop().await;
    watch
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_is_worse_is_undone_and_one_that_is_not_is_healthy() {
    let (worse, alike) = tokio::join!(ends(Some(180.0)), ends(Some(100.0)));
    assert_eq!((&worse["state"], &worse["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{worse}");
    let trigger = &worse["triggers"][0];
    assert_eq!((&trigger["name"], &trigger["signal"]), (&json!("response_time"), &json!("p95_canary")), "{worse}");
    assert_eq!(alike["state"], "healthy", "{alike}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_of_which_nothing_is_seen_is_inconclusive() {
    let watch = ends(None).await;
    assert_eq!(watch["state"], "inconclusive", "{watch}");
    assert_eq!(watch["triggers"][0]["state"], "inconclusive", "{watch}");
}
