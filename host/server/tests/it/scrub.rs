//! The record is read again while the gate serves.

use crate::{
    authority::{gate_configured, holder},
    wire::send,
};
use serde_json::Value;
use std::fs;
use tidegate::{config::Config, identity::secret::Secret};

/// What the first whole reading since the start found.
fn scrubbed(address: std::net::SocketAddr, token: &Secret) -> Value {
    let bearer = format!("Bearer {}", token.reveal());
    loop {
        let status = send(address, "GET", "/v1/status", &[("authorization", &bearer)], b"").json();
        let scrub = status["ledger"]["scrub"].clone();
        if scrub.is_object() {
            return scrub;
        }
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_altered_in_the_file_is_found_without_being_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let ledger = data.join("ledger.sqlite");
    let config = |data: std::path::PathBuf| move |config: &mut Config| config.data_dir = data;
    gate_configured("", config(data.clone()), |gate, token| {
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        assert_eq!(scrubbed(gate.address, &auditor)["findings"], serde_json::json!([]));
    })
    .await;
    // The first leaf of all, of which nothing follows: opening looks at the last one.
    let mut bytes = fs::read(&ledger).unwrap();
    let start = br#""kind":"start","v":1}"#;
    let place = bytes.windows(start.len()).rposition(|window| window == start).unwrap();
    let digest = bytes[..place].windows(7).rposition(|window| window == b"sha256:").unwrap() + 7;
    bytes[digest] = if bytes[digest] == b'0' { b'1' } else { b'0' };
    fs::write(&ledger, bytes).unwrap();
    gate_configured("", config(data), |gate, token| {
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let scrub = scrubbed(gate.address, &auditor);
        assert!(scrub["findings"].to_string().contains("was altered"), "{scrub}");
        let bearer = format!("Bearer {}", auditor.reveal());
        let metrics = send(gate.address, "GET", "/metrics", &[("authorization", &bearer)], b"").text();
        let findings = metrics.lines().find_map(|line| line.strip_prefix("tidegate_ledger_scrub_findings "));
        assert!(findings.is_some_and(|count| count != "0"), "{findings:?}");
    })
    .await;
}
