//! A stage that compares is given what the last deployment of the service had that succeeded by the rules.

use crate::{
    replay::all_equal,
    wire::{Form, Response, send},
    world::{Gate, gate, plugins, root},
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs, path::Path};
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

/// Asks for a deployment of which so many of ten lines are covered, under this name.
fn ask(gate: &Gate, environment: &str, name: &str, lines: usize) -> Response {
    let hits: String = (1..=10).map(|line| format!("DA:{line},{}\n", u8::from(line <= lines))).collect();
    let report = format!("TN:unit\nSF:src/a.c\n{hits}end_of_record\n");
    let form = Form::default().field("environment", environment).field("service", "api").field("version", "1");
    form.field("id", name).file("coverage", "lcov.info", report).post(gate.address, "/v1/decisions", &[])
}

fn tell(gate: &Gate, name: &str, event: &str) {
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
