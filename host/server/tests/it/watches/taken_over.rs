//! Watches of several gates on one record: when the gate that runs some is killed, another goes on with each of them.

use super::{PATIENCE, PAUSE, Sources, alerts, deployment_form, policies};
use crate::{
    postgres::{Shared, cluster::Cluster},
    several::start,
    wire::{carry, send},
    world,
};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr, path::Path, process::Command, thread, time::Instant};
use tempfile::TempDir;
use tidegate::gate::clock;

/// So many that each gate has some.
const WATCHES: usize = 12;

/// What a gate of its own process is told.
fn folder(sources: &Sources, set: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::copy(set.join("all.yaml"), folder.path().join("policies/all.yaml")).unwrap();
    let there = |path: &str| format!("{{ url: 'http://{}/{path}', private: [ 127.0.0.0/8 ] }}", sources.address);
    let [api, metrics, alerts] = ["api", "prometheus", "alertmanager"].map(there);
    let config = format!("egress: {{ api: {api}, metrics: {metrics}, alerts: {alerts} }}\n");
    fs::write(folder.path().join("tidegate.yaml"), config).unwrap();
    folder
}

fn token(url_file: &Path, name: &str, role: &str) -> String {
    let mut create = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    create.args(["token", "create", "--name", name, "--role", role, "--expires-in", "1h", "--ledger-url-file"]);
    let output = create.arg(url_file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn started(at: SocketAddr) -> String {
    let decision = deployment_form("staging").post(at, "/v1/decisions", &[]).json()["id"].clone();
    let body = json!({ "decision": decision }).to_string();
    let answer = send(at, "POST", "/v1/watches", &[("content-type", "application/json")], body.as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn until(at: SocketAddr, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let since = Instant::now();
    loop {
        let watch = send(at, "GET", &format!("/v1/watches/{id}"), &[], b"").json();
        if holds(&watch) {
            return watch;
        }
        assert!(since.elapsed() < PATIENCE, "{watch}");
        thread::sleep(PAUSE);
    }
}

/// All watches at the other gate, read until all of them are over.
fn over(at: SocketAddr, ids: &[String]) {
    for id in ids {
        let watch = until(at, id, |watch| watch["state"] != "running");
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{watch}");
    }
}

/// What was ordered or withheld: one of each watch, none twice, none missed.
fn one_rollback_each(at: SocketAddr, ids: &[String]) {
    let rollbacks = send(at, "GET", "/v1/rollbacks?limit=100", &[], b"").json()["rollbacks"].clone();
    let mut of: Vec<&str> = rollbacks.as_array().unwrap().iter().map(|one| one["watch"].as_str().unwrap()).collect();
    let mut expected: Vec<&str> = ids.iter().map(String::as_str).collect();
    of.sort_unstable();
    expected.sort_unstable();
    assert_eq!(of, expected, "{rollbacks}");
}

#[test]
fn watches_of_a_gate_that_is_killed_go_on_at_another() {
    let Some(cluster) = Cluster::shared() else { return };
    world::plugins();
    let (shared, sources) = (Shared::new(cluster), Sources::new());
    let set = policies("1h", "by_hand");
    let (first, second) = (folder(&sources, set.path()), folder(&sources, set.path()));
    // Made before, so that the first gate knows it from its beginning.
    let token = token(&shared.url_file(), "ci", "decide");
    let (one, at_one) = start(first.path(), &shared);
    carry(at_one, &token);
    let ids: Vec<String> = (0..WATCHES).map(|_| started(at_one)).collect();
    for id in &ids {
        until(at_one, id, |watch| watch["advice"] == "proceed");
    }
    let (_other, at_other) = start(second.path(), &shared);
    carry(at_other, &token);
    // SIGKILL: it leaves its leases as they are.
    drop(one);
    sources.health(503);
    over(at_other, &ids);
    one_rollback_each(at_other, &ids);
}

#[test]
fn of_two_gates_one_is_killed_while_triggers_fire_and_each_watch_is_rolled_back_once() {
    let Some(cluster) = Cluster::shared() else { return };
    world::plugins();
    let (shared, sources) = (Shared::new(cluster), Sources::new());
    let set = policies("1h", "by_hand");
    let (first, second) = (folder(&sources, set.path()), folder(&sources, set.path()));
    let token = token(&shared.url_file(), "ci", "decide");
    let (one, at_one) = start(first.path(), &shared);
    let (_other, at_other) = start(second.path(), &shared);
    carry(at_one, &token);
    carry(at_other, &token);
    // They begin at both.
    let ids: Vec<String> = (0..WATCHES).map(|n| started(if n % 2 == 0 { at_one } else { at_other })).collect();
    for id in &ids {
        until(at_other, id, |watch| watch["advice"] == "proceed");
    }
    sources.health(503);
    // Some are rolled back, some are about to be, and whoever runs them dies at that.
    until(at_other, &ids[0], |watch| watch["advice"] != "proceed");
    drop(one);
    over(at_other, &ids);
    one_rollback_each(at_other, &ids);
}

#[test]
fn an_alert_that_one_gate_takes_fires_at_the_gate_that_runs_the_watch() {
    let Some(cluster) = Cluster::shared() else { return };
    world::plugins();
    let (shared, sources) = (Shared::new(cluster), Sources::new());
    let set = alerts::set_with("fire");
    let (first, second) = (folder(&sources, set.path()), folder(&sources, set.path()));
    let (ci, sender) = (token(&shared.url_file(), "ci", "decide"), token(&shared.url_file(), "alerts", "alert"));
    let (_one, at_one) = start(first.path(), &shared);
    carry(at_one, &ci);
    let id = started(at_one);
    until(at_one, &id, |watch| watch["advice"] == "proceed");
    let (_other, at_other) = start(second.path(), &shared);
    let headers = [("authorization", format!("Bearer {sender}")), ("content-type", "application/json".to_owned())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let message = alerts::message(&[alerts::breach(clock::now())]).to_string();
    // Both are sent the same, as by two Alertmanagers: one of them records it.
    let mut became = [at_other, at_one].map(|at| {
        let answer = send(at, "POST", "/v1/alerts", &headers, message.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["taken"].as_u64().unwrap()
    });
    became.sort_unstable();
    assert_eq!(became, [0, 1]);
    let watch = until(at_one, &id, |watch| watch["state"] != "running");
    assert_eq!((&watch["state"], &watch["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{watch}");
}
