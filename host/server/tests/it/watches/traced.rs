//! What follows from a decision, as a collector of traces gets it.

use super::{PATIENCE, PAUSE, Sources, deployment_form, incidents::attended, policies};
use crate::{
    crash::{self, Victim},
    traces::collector::{Answer, Collector, text},
    wire::{carry, send},
    world::{self, listens},
};
use serde_json::json;
use std::{collections::BTreeMap, fs, net::SocketAddr, sync::mpsc::channel, thread, time::Instant};

/// A gate of its own process that samples these, and sends its spans there.
fn start(sources: &Sources, collector: SocketAddr) -> (Victim, SocketAddr, tempfile::TempDir) {
    let ((folder, token), set) = (crash::folder(None), policies("1h", "by_hand"));
    attended(set.path());
    fs::copy(set.path().join("all.yaml"), folder.path().join("policies/all.yaml")).unwrap();
    let there = |path: &str| format!("{{ url: 'http://{}/{path}', private: [ 127.0.0.0/8 ] }}", sources.address);
    let config = format!("egress: {{ api: {}, metrics: {} }}\n", there("api"), there("prometheus"));
    fs::write(folder.path().join("tidegate.yaml"), config).unwrap();
    let (sender, heard) = channel();
    let endpoint = format!("http://{collector}");
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "100")];
    let victim = Victim::told(folder.path(), None, &variables, move |line| {
        let _over = sender.send(line.to_owned());
    });
    let address = heard.iter().find_map(|line| listens(&line)).expect("the gate listens");
    carry(address, &token);
    (victim, address, folder)
}

#[test]
fn what_follows_from_a_decision_lies_in_its_trace() {
    world::plugins();
    let (sources, collector) = (Sources::new(), Collector::new(&[Answer::Taken]));
    let (_gate, at, _folder) = start(&sources, collector.address);
    let decision = deployment_form("staging").post(at, "/v1/decisions", &[]).json()["id"].clone();
    let decision = decision.as_str().unwrap();
    let body = json!({ "decision": decision }).to_string();
    let answer = send(at, "POST", "/v1/watches", &[("content-type", "application/json")], body.as_bytes());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    sources.health(503);
    let since = Instant::now();
    while send(at, "GET", &format!("/v1/watches/{id}"), &[], b"").json()["state"] == "running" {
        assert!(since.elapsed() < PATIENCE);
        thread::sleep(PAUSE);
    }
    // What is said last of each, and in which trace.
    let mut said = BTreeMap::new();
    let last = |name: &str| match name {
        "tidegate.ledger.commit" => Some("tidegate.decision.id"),
        "tidegate.watch" => Some("tidegate.watch.state"),
        "tidegate.rollback" => Some("tidegate.rollback.fate"),
        "tidegate.incident" => Some("tidegate.incident.priority"),
        _ => None,
    };
    while said.len() < 5 || said["tidegate.watch"] != "rolled_back" {
        for span in collector.next().spans {
            let Some(key) = last(&span.name).filter(|_| text(&span, "tidegate.decision.id") == decision) else {
                continue;
            };
            said.insert(span.name.clone(), text(&span, key));
            said.entry("trace".to_owned()).or_insert_with(|| format!("{:?}", span.trace_id));
            assert_eq!(said["trace"], format!("{:?}", span.trace_id), "{said:?}");
        }
    }
    assert_eq!([&said["tidegate.rollback"], &said["tidegate.incident"]], ["no_order", "P1"], "{said:?}");
}
