//! A stage that compares is given what the last deployment of the service had that succeeded by the rules.

use crate::{
    replay::all_equal,
    wire::{Form, Response, send},
    world::{Gate, gate, plugins, root},
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;
use tokio::runtime::Handle;

/// A set by which coverage does not fall.
fn policies() -> TempDir {
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\nplugins: {{ quality: {{ \
         path: {plugin} }} }}\nstages:\n  - id: coverage\n    title: Coverage\n    plugin: quality\n    per: service\n    baseline: true\n    \
         evidence: [{{ name: coverage, documents: {{ min: 1 }} }}]\n    settings: {{ coverage: {{ min_lines: 10, fall_max_points: 0 }} }}\n"
    );
    fs::write(folder.path().join("all.yaml"), set).unwrap();
    folder
}

/// Says that so many of ten lines are covered.
pub(super) fn report(lines: usize) -> String {
    let hits: String = (1..=10).map(|line| format!("DA:{line},{}\n", u8::from(line <= lines))).collect();
    format!("TN:unit\nSF:src/a.c\n{hits}end_of_record\n")
}

/// Asks for a deployment of which so many of ten lines are covered, under this name.
fn ask(gate: &Gate, environment: &str, name: &str, lines: usize) -> Response {
    let form = Form::default().field("environment", environment).field("service", "api").field("version", "1");
    form.field("id", name).file("coverage", "lcov.info", report(lines)).post(gate.address, "/v1/decisions", &[])
}

pub(super) fn tell(gate: &Gate, name: &str, event: &str) {
    let (path, said) = (format!("/v1/deployments/{name}/events"), json!({ "event": event }).to_string());
    let told = send(gate.address, "POST", &path, &[("content-type", "application/json")], said.as_bytes());
    assert_eq!(told.status, 201, "{}", told.text());
}

fn deploy(gate: &Gate, name: &str, lines: usize) {
    let asked = ask(gate, "production", name, lines);
    assert_eq!(asked.status, 200, "{}", asked.text());
    tell(gate, name, "started");
    tell(gate, name, "succeeded");
}

/// What a refusal is for.
fn refused(answer: &Response) -> String {
    assert_ne!(answer.status, 200, "{}", answer.text());
    answer.text()
}

fn raw(data: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.join("data/ledger.sqlite")).foreign_keys(false);
    Handle::current().block_on(SqliteConnection::connect_with(&options)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn coverage_may_not_fall_below_that_of_the_last_good_deployment() {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = policies();
    let gate = gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        deploy(&gate, "first", 6);
        deploy(&gate, "better", 9);
        assert!(refused(&ask(&gate, "production", "worse", 7)).contains("coverage.fall"));
        assert_eq!(ask(&gate, "staging", "elsewhere", 1).status, 200, "nothing was deployed there");
        // What was asked for alone is no deployment, and what was rolled back is none any more.
        assert_eq!(ask(&gate, "production", "only-asked", 10).status, 200);
        tell(&gate, "better", "rolled_back");
        deploy(&gate, "again", 7);
        assert!(refused(&ask(&gate, "production", "worse-again", 6)).contains("coverage.fall"));
        assert!(all_equal(&gate) >= 7, "compared with the same, they come to the same");
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_any_more_is_no_grounds_for_a_pass() {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = policies();
    let gate = gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        deploy(&gate, "first", 6);
        let mut raw = raw(gate.data.path());
        let gone = sqlx::query("DELETE FROM blobs WHERE kind = 'evidence'").execute(&mut raw);
        assert_eq!(Handle::current().block_on(gone).unwrap().rows_affected(), 1);
        Handle::current().block_on(raw.close()).unwrap();
        let why = refused(&ask(&gate, "production", "second", 9));
        assert!(why.contains("evidence.baseline") && why.contains("does not hold"), "{why}");
        gate
    });
    gate.await.unwrap().stop().await;
}

/// Writes a question of which so many of ten lines are covered.
fn question(folder: &Path, environment: &str, lines: usize) {
    fs::create_dir_all(folder.join("evidence")).unwrap();
    let deployment = json!({ "environment": environment, "services": [{ "name": "api", "version": "1" }] });
    fs::write(folder.join("deployment.json"), deployment.to_string()).unwrap();
    fs::write(folder.join("evidence/coverage.info"), report(lines)).unwrap();
}

/// Writes a case in production, with what was deployed before.
fn case(cases: &Path, name: &str, lines: usize, before: Option<(&str, usize)>, expect: &str) {
    let folder = cases.join(name);
    question(&folder, "production", lines);
    if let Some((environment, lines)) = before {
        question(&folder.join("before"), environment, lines);
    }
    let text = format!("description: Of {lines} lines.\nat: 2026-11-02T12:00:00Z\nexpect: {{ {expect} }}\n");
    fs::write(folder.join("case.yaml"), text).unwrap();
}

#[test]
fn a_case_says_what_was_deployed_before() {
    plugins();
    let (policies, cases) = (policies(), tempfile::tempdir().unwrap());
    let falls = "outcome: REMEDIATE, findings: [coverage/coverage.fall]";
    case(cases.path(), "falls", 7, Some(("production", 9)), falls);
    case(cases.path(), "first", 7, None, "outcome: DEPLOY");
    case(cases.path(), "rises", 9, Some(("production", 7)), "outcome: DEPLOY");
    case(cases.path(), "elsewhere", 7, Some(("staging", 9)), falls);
    let command = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["policy", "test"])
        .arg(cases.path())
        .arg("--policies")
        .arg(policies.path())
        .output()
        .unwrap();
    let out = String::from_utf8(command.stdout).unwrap();
    let held: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("ok    ")?.split(' ').next()).collect();
    assert_eq!(held, ["falls", "first", "rises"], "{out}");
    assert!(out.contains("is of environment `staging`, and the case of `production`"), "{out}");
}
