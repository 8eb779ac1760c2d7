//! A machine's clock that jumps is warned of and recorded, and the gate goes on.

use crate::{lifecycle::green, wire::send, world};
use std::time::Duration;
use tidegate::gate::clock::{jump, jump::Jump, now};
use tidegate_core::time::Timestamp;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_is_a_leaf_and_a_warning_and_decisions_go_on() {
    let gate = world::gate().run().await;
    let (expected, found) = (now(), now().plus(Duration::from_secs(60)));
    gate.inside().clock_jumped(Jump { expected, found }).await.unwrap();
    let ledger = gate.inside().ledger();
    let last = ledger.tree_head().await.unwrap().size - 1;
    let leaf = ledger.leaf(last).await.unwrap().unwrap().text;
    assert!(leaf.contains("\"kind\":\"clock_jumped\""), "{leaf}");
    let gate = tokio::task::spawn_blocking(move || {
        let get = |path: &str| send(gate.address, "GET", path, &[], b"");
        let ready = get("/readyz?strict=true");
        assert_eq!((ready.status, ready.text().as_str()), (200, "ready\nclock: it jumped within the last hour\n"));
        let jumped = get("/v1/status").json()["clock_jumped"].clone();
        assert_eq!(jumped["found"], found.to_string());
        assert!(get("/metrics").text().contains("\ntidegate_clock_jumps_total 1\n"));
        assert_eq!(green().post(gate.address, "/v1/decisions", &[]).status, 200);
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_behind_the_record_is_found_at_the_start_and_time_in_the_record_does_not_go_back() {
    let gate = world::gate().run().await;
    let ledger = gate.inside().ledger();
    assert_eq!(jump::behind(ledger).await, None, "what was just recorded is not of later");
    // As if the clock had been an hour ahead, and was mended.
    let ahead = now().plus(Duration::from_secs(3600));
    let act = tidegate::gate::activation::act(
        tidegate_ledger::act::Act::ClockJumped { expected: now(), found: ahead },
        Vec::new(),
    );
    ledger.act(tidegate_ledger::act::ActRecord { at: ahead, ..act }).await.unwrap();
    let Jump { expected, found } = jump::behind(ledger).await.unwrap();
    assert!(expected == ahead && found < ahead, "{expected} {found}");
    let decided = tokio::task::spawn_blocking(move || (green().post(gate.address, "/v1/decisions", &[]), gate));
    let (decided, gate) = decided.await.unwrap();
    assert_eq!(decided.status, 200, "{}", decided.text());
    let moment: Option<Timestamp> = gate.inside().ledger().last_moment().await.unwrap();
    assert_eq!(moment, Some(ahead), "the decision's leaf is not of before");
    gate.stop().await;
}
