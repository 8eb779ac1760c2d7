//! Time in the ledger: whatever clocks say, a leaf is not of before the one in front of it.

use crate::{
    sample,
    world::{World, id, record},
};
use std::time::Duration;
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_ledger::{
    act::{Act, ActRecord},
    ledger::Ledger,
    record::DecisionRecord,
};

fn act(act: Act, at: Timestamp) -> ActRecord {
    ActRecord { act, at, host_version: "0.1.0".parse().unwrap(), bodies: Vec::new(), notices: Vec::new() }
}

fn decided(name: &str, recorded_at: Timestamp) -> DecisionRecord {
    let mut record = record(name, sample::judgement());
    record.circumstances.recorded_at = recorded_at;
    record
}

async fn start(ledger: &Ledger, at: Timestamp) {
    ledger.act(act(Act::Start { configuration: Digest::of(b"configuration") }, at)).await.unwrap();
}

#[tokio::test]
async fn a_leaf_is_not_of_before_the_one_in_front_of_it() {
    let world = World::new();
    let ledger = world.open().await;
    assert_eq!(ledger.last_moment().await.unwrap(), None);
    let (noon, later) = (sample::now(), sample::now().plus(Duration::from_secs(60)));
    start(&ledger, noon).await;
    ledger.record(decided("a", later)).await.unwrap();
    // The clock was put back.
    ledger.record(decided("b", noon)).await.unwrap();
    start(&ledger, noon).await;
    assert_eq!(ledger.last_moment().await.unwrap(), Some(later));
    assert_eq!(ledger.decision(&id("b")).await.unwrap().unwrap().recorded_at, later);
    ledger.close().await;
    // Also a ledger that is opened anew knows.
    let ledger = world.open().await;
    start(&ledger, noon).await;
    assert_eq!(ledger.last_moment().await.unwrap(), Some(later));
    let evening = later.plus(Duration::from_secs(3600));
    let jump = Act::ClockJumped { expected: later, found: evening };
    ledger.act(act(jump, evening)).await.unwrap();
    assert_eq!(ledger.last_moment().await.unwrap(), Some(evening));
    let leaf = ledger.leaf(5).await.unwrap().unwrap().text;
    assert!(leaf.contains("\"kind\":\"clock_jumped\""), "{leaf}");
    assert_eq!(ledger.projections().await.unwrap(), tidegate_ledger::rebuild::Compared::default());
    ledger.close().await;
}
