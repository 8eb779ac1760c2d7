//! From start to stop: no accepted request is lost, a retry is not a second deployment, and nothing is answered that is not recorded.

use crate::{
    wire::{deployment, send},
    world::{self, root},
};
use std::fs;
use tidegate::config::Config;
use tidegate_ledger::{id::DecisionId, ledger::Ledger};

pub(crate) fn green() -> crate::wire::Form {
    world::green_reports(deployment().field("skip", "performance"), &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_loses_no_accepted_request() {
    let gate = world::gate().run().await;
    let (address, before) = (gate.address, gate.leaves());
    let asking: Vec<_> = (0..32)
        // Who comes after the stop finds nobody listening.
        .map(|_| {
            std::thread::spawn(move || {
                std::panic::catch_unwind(|| deployment().post(address, "/v1/decisions", &[])).ok()
            })
        })
        .collect();
    // The stop comes while requests are in flight: after the first record, long before the last.
    while gate.leaves() == before {
        tokio::task::yield_now().await;
    }
    let data = gate.stop().await;
    let answered =
        tokio::task::spawn_blocking(move || asking.into_iter().filter_map(|t| t.join().unwrap()).collect::<Vec<_>>());
    let answered = answered.await.unwrap();
    assert!(!answered.is_empty(), "nothing was in flight");
    let ledger =
        Ledger::open(&data.path().join("data/ledger.sqlite"), Config::default().ledger_config()).await.unwrap();
    assert_eq!(answered.len(), decisions(&ledger).await, "every decision that was begun is answered");
    for response in answered {
        assert_eq!(response.status, 409, "{}", response.text());
        let id = response.json()["id"].as_str().unwrap().to_owned();
        let stored = ledger.decision(&DecisionId::parse(&id).unwrap()).await.unwrap();
        assert!(stored.is_some(), "answered, but not recorded: {id}");
    }
    ledger.close().await;
}

/// Decisions that were recorded.
async fn decisions(ledger: &Ledger) -> usize {
    let (mut index, mut count) = (0, 0);
    while let Some(leaf) = ledger.leaf(index).await.unwrap() {
        count += usize::from(leaf.text.contains("\"kind\":\"decision\""));
        index += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_under_its_key_gets_the_recorded_decision() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let key = [("idempotency-key", "one")];
        let first = green().post(gate.address, "/v1/decisions", &key);
        assert_eq!(first.status, 200, "{}", first.text());
        let leaves = gate.leaves();
        assert_eq!(green().post(gate.address, "/v1/decisions", &key).json(), first.json(), "the same answer");
        assert_eq!(gate.leaves(), leaves, "and no second record");
        let other = green().field("label.team", "other").post(gate.address, "/v1/decisions", &key);
        assert_eq!(other.status, 409);
        assert_eq!(other.json()["type"], "/problems/idempotency-conflict");
        let hold = [("idempotency-key", "two")];
        let (first, second) = (
            deployment().post(gate.address, "/v1/decisions", &hold),
            deployment().post(gate.address, "/v1/decisions", &hold),
        );
        assert_ne!(first.json()["id"], second.json()["id"], "a HOLD is judged anew");
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_answered() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        assert_eq!(send(gate.address, "GET", "/readyz", &[], b"").status, 200);
        gate
    });
    let gate = gate.await.unwrap();
    gate.close_ledger().await;
    let gate = tokio::task::spawn_blocking(move || {
        let refused = green().post(gate.address, "/v1/decisions", &[]);
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert_eq!(refused.json()["type"], "/problems/record-unavailable");
        assert!(refused.header("retry-after").is_some());
        assert_eq!(send(gate.address, "GET", "/readyz", &[], b"").status, 503);
        assert_eq!(send(gate.address, "GET", "/healthz", &[], b"").status, 200);
        gate
    });
    // Its stop cannot be recorded either, and it says so instead of pretending.
    drop(gate.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_than_admitted_are_refused_and_none_waits_for_ever() {
    let gate = world::gate().configured(|config| (config.limits.in_flight, config.limits.queue) = (1, 1)).run().await;
    let address = gate.address;
    let asking: Vec<_> =
        (0..64).map(|_| std::thread::spawn(move || deployment().post(address, "/v1/decisions", &[]))).collect();
    let answered =
        tokio::task::spawn_blocking(move || asking.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>());
    for response in answered.await.unwrap() {
        let kind = response.json()["type"].clone();
        let overloaded =
            response.status == 503 && kind == "/problems/overloaded" && response.header("retry-after").is_some();
        assert!(overloaded || response.status == 409, "{} {}", response.status, response.text());
    }
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_form_is_read_up_to_the_limit_of_a_request() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let cases: String =
            (0..100_000).map(|index| format!("<testcase classname='large' name='case {index}'/>")).collect();
        let junit = format!("<testsuite name='large' tests='100000'>{cases}</testsuite>");
        assert!(junit.len() > 4 << 20);
        let response = deployment().file("unit_tests", "large.xml", junit).post(gate.address, "/v1/decisions", &[]);
        assert_eq!(response.status, 409, "{}", response.text());
        let stage = response.json()["stages"][2].clone();
        assert_eq!((&stage["id"], &stage["result"]), (&"unit_tests".into(), &"pass".into()), "{stage}");
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_trace_is_joined_whatever_its_flag_says() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let traceparent = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")];
        let answer = deployment().post(gate.address, "/v1/decisions", &traceparent).json();
        assert_eq!(answer["trace_id"], "0af7651916cd43dd8448eb211c80319c");
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_uploaded_apart_counts_like_evidence_sent_along() {
    let gate = world::gate().run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let bytes = fs::read(root().join("examples/01-all-green/evidence/unit_tests.xml")).unwrap();
        let digest = tidegate_core::digest::Digest::of(&bytes).to_string();
        let path = format!("/v1/evidence/{digest}");
        assert_eq!(send(gate.address, "PUT", &path, &[], &bytes).status, 204);
        assert_eq!(send(gate.address, "PUT", &path, &[], &bytes).status, 204, "keeping it again changes nothing");
        let back = send(gate.address, "GET", &path, &[], b"");
        assert_eq!((back.status, back.body), (200, bytes));
        let answer =
            deployment().field("unit_tests", &digest).post(gate.address, "/v1/decisions?status=always-200", &[]).json();
        let stage = answer["stages"].as_array().unwrap().iter().find(|stage| stage["id"] == "unit_tests").unwrap();
        assert_eq!(stage["result"], "pass", "{stage}");
        gate
    });
    gate.await.unwrap().stop().await;
}

/// What was allowed a while ago is not allowed now because somebody remembers its key.
#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_not_repeated_after_its_time() {
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    let set = format!(
        "policy_set: brief\nversion: \"1\"\nowner: Test\nvalid_for: 1s\nmatch: {{ environments: [production], services: [\"*\"] }}\n\
         plugins: {{ quality: {{ path: {plugin} }} }}\nstages:\n  - {{ id: tests, title: Tests, plugin: quality, evidence: [{{ name: \
         unit_tests }}], settings: {{ tests: {{ min_pass_rate: 100 }} }} }}\n"
    );
    fs::write(folder.path().join("brief.yaml"), set).unwrap();
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let report = "<testsuite name=\"u\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
        let ask = || {
            let form = deployment().file("unit_tests", "u.xml", report);
            form.post(gate.address, "/v1/decisions", &[("idempotency-key", "one")])
        };
        assert_eq!(ask().status, 200);
        // Its second passes while it is asked again and again.
        let last = std::iter::repeat_with(ask).find(|answer| answer.status != 200).unwrap();
        assert_eq!((last.status, last.json()["type"].clone()), (409, "/problems/idempotency-conflict".into()));
        assert!(last.text().contains("ask again under another key"), "{}", last.text());
        gate
    });
    gate.await.unwrap().stop().await;
}
