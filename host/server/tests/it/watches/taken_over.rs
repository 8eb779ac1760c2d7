//! Watches of several gates on one record: when the gate that runs some is killed, another goes on with each of them.

use super::{PATIENCE, PAUSE, Sources, deployment_form, policies};
use crate::{
    postgres::{Shared, cluster::Cluster},
    several::start,
    wire::{carry, send},
    world,
};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr, path::Path, process::Command, thread, time::Instant};
use tempfile::TempDir;

const WATCHES: usize = 3;

/// What a gate of its own process is told.
fn folder(sources: &Sources) -> TempDir {
    let (folder, set) = (tempfile::tempdir().unwrap(), policies("1h", "by_hand"));
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::copy(set.path().join("all.yaml"), folder.path().join("policies/all.yaml")).unwrap();
    let there = |path: &str| format!("{{ url: 'http://{}/{path}', private: [ 127.0.0.0/8 ] }}", sources.address);
    let config = format!("egress: {{ api: {}, metrics: {} }}\n", there("api"), there("prometheus"));
    fs::write(folder.path().join("tidegate.yaml"), config).unwrap();
    folder
}

fn token(url_file: &Path) -> String {
    let mut create = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    create.args(["token", "create", "--name", "ci", "--role", "decide", "--expires-in", "1h", "--ledger-url-file"]);
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

#[test]
fn watches_of_a_gate_that_is_killed_go_on_at_another() {
    let Some(cluster) = Cluster::shared() else { return };
    world::plugins();
    let (shared, sources) = (Shared::new(cluster), Sources::new());
    let (first, second) = (folder(&sources), folder(&sources));
    // Made before, so that the first gate knows it from its beginning.
    let token = token(&shared.url_file());
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
    for id in &ids {
        let watch = until(at_other, id, |watch| watch["state"] != "running");
        assert_eq!((&watch["state"], &watch["advice"]), (&json!("rolled_back"), &json!("roll_back")), "{watch}");
    }
    let rollbacks = send(at_other, "GET", "/v1/rollbacks", &[], b"").json()["rollbacks"].clone();
    let of: Vec<&str> = rollbacks.as_array().unwrap().iter().map(|one| one["watch"].as_str().unwrap()).collect();
    assert_eq!(of.len(), WATCHES, "one of each watch: {rollbacks}");
    assert!(ids.iter().all(|id| of.contains(&id.as_str())), "{rollbacks}");
}
