//! `tidegate bench` against a gate: what it says it asked is what the gate recorded.

use crate::world::{gate, root};
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn every_question_of_a_bench_is_a_decision_in_the_record() {
    let gate = gate().run().await;
    let before = gate.leaves();
    let url = gate.url.clone();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(["bench", "--server", &url, "--clients", "3", "--for", "1s", "--json", "--skip", "performance"])
            .args(["--deployment", "examples/01-all-green/deployment.json"])
            .args(["--evidence-dir", "examples/01-all-green/evidence"])
            .env_remove("TIDEGATE_TOKEN")
            .current_dir(root())
            .output()
            .unwrap()
    });
    let output = output.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let parts = said["parts"].as_array().unwrap();
    let decisions: u64 = parts.iter().map(|part| part["decisions"].as_u64().unwrap()).sum();
    assert_eq!((parts.len(), parts[0]["pace"].is_null(), parts[1]["pace"].as_f64().unwrap() > 0.0), (2, true, true));
    // Each client asked once before anything was measured.
    assert_eq!(gate.leaves() - before, decisions + 3);
    let latency = |percent: &str| parts[1]["latency_us"][percent].as_u64().unwrap();
    assert!(latency("p50") <= latency("p99") && latency("p99") <= latency("p100"), "{said}");
    gate.stop().await;
}
