//! `tidegate` as a pipeline runs it: exit codes, outputs and receipts, against a real gate and offline.

use crate::world::{self, root};
use std::process::{Command, Output};

fn tidegate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments).current_dir(root()).env_remove("TIDEGATE_SERVER").env_remove("TRACEPARENT");
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The arguments that an example's README gives.
fn example(name: &str) -> Vec<String> {
    let deployment = format!("examples/{name}/deployment.json");
    let evidence = format!("examples/{name}/evidence");
    ["decide", "--deployment", &deployment, "--evidence-dir", &evidence].map(str::to_owned).to_vec()
}

fn run(arguments: &[String], more: &[&str]) -> Output {
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    tidegate(&all)
}

#[test]
fn offline_exit_codes_tell_the_answers_apart() {
    world::plugins();
    let cases: [(&str, &[&str], i32); 6] = [
        ("01-all-green", &["--skip", "performance"], 0),
        ("01-all-green", &[], 2),
        ("02-unit-tests-failing", &["--skip", "performance"], 1),
        ("03-missing-shard", &["--policies", "examples/03-missing-shard/policies"], 2),
        ("04-eleven-services", &["--skip", "performance"], 1),
        ("01-all-green", &["--skip", "unit_tests"], 2),
    ];
    for (name, more, expected) in cases {
        let output = run(&example(name), more);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{name} {more:?}\n{}\n{error}", out(&output));
    }
    assert_eq!(tidegate(&["decide", "--no-such-flag"]).status.code(), Some(64));
    assert_eq!(tidegate(&["--help"]).status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_gets_from_a_gate_what_the_gate_decides() {
    let gate = world::gate().run().await;
    let (url, folder) = (gate.url.clone(), tempfile::tempdir().unwrap());
    let receipt = folder.path().join("receipt.json").display().to_string();
    let junit = folder.path().join("report.xml");
    let output_junit = format!("junit={}", junit.display());
    let checked = tokio::task::spawn_blocking(move || {
        let more = [
            "--server",
            &url,
            "--skip",
            "performance",
            "--receipt",
            &receipt,
            "--output",
            "json",
            "--output",
            &output_junit,
        ];
        let output = run(&example("02-unit-tests-failing"), &more);
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let answer: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(answer["score"]["text"], "97.5%");
        let receipt: serde_json::Value = serde_json::from_slice(&std::fs::read(&receipt).unwrap()).unwrap();
        assert_eq!((&receipt["id"], &receipt["receipt"]), (&answer["id"], &answer["receipt"]));
        assert!(std::fs::read_to_string(&junit).unwrap().contains("<failure"), "the failed stage is a failed case");
        let at = run(&example("01-all-green"), &["--server", &url, "--at", "2026-01-01T00:00:00Z"]);
        assert_eq!(at.status.code(), Some(64), "a gate has its own clock");
    });
    checked.await.unwrap();
    gate.stop().await;
    let nobody = run(&example("01-all-green"), &["--server", "http://127.0.0.1:1"]);
    assert_eq!(nobody.status.code(), Some(2), "nobody answered, so nothing was decided");
}

#[test]
fn a_plugin_is_inspected_by_its_file() {
    world::plugins();
    let output = tidegate(&["plugin", "inspect", "plugins/quality.wasm"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for word in ["quality", "tests.pass-rate", "tidegate:policy/evidence@0.1.0", "sha256:"] {
        assert!(out(&output).contains(word), "{word} is missing:\n{}", out(&output));
    }
}

#[test]
fn a_plugins_reference_page_is_printed_as_it_is_committed() {
    world::plugins();
    let output = tidegate(&["plugin", "reference", "plugins/security.wasm"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let committed = include_str!("../../../../plugins/security/REFERENCE.md");
    assert_eq!(out(&output), committed);
    assert_eq!(tidegate(&["plugin", "reference", "Cargo.toml"]).status.code(), Some(1), "no gate would load it");
    assert_eq!(tidegate(&["plugin", "reference", "absent.wasm"]).status.code(), Some(2));
}

#[test]
fn the_configuration_is_printed_with_the_source_of_each_value() {
    let output = tidegate(&["config", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(out(&output).contains("127.0.0.1:8780"), "{}", out(&output));
}
