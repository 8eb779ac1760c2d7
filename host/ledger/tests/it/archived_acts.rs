//! What was done after decisions that lie in archives.

use crate::{
    archives::{fits, moved},
    checkpoints::open,
    rebuild::rolled_back,
    sample,
    tree::grow,
    watches::{begun, recorded},
    world::{World, id, record},
};
use std::time::Duration;
use tidegate_ledger::{
    act::Act,
    config::LedgerConfig,
    rebuild,
    watch::{WatchCancel, WatchChange, WatchState},
};

/// Ends the watch of that name.
fn cancelled(watch: &str) -> WatchChange {
    WatchChange {
        id: watch.into(),
        number: 1,
        state: WatchState::Cancelled,
        advice: None,
        window: None,
        answer: None,
        looks: 0,
        why: None,
        cancelled: Some(WatchCancel { by: "grace".into(), reason: "it was replaced".into() }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_whose_deployment_was_watched_and_rolled_back_moves_and_a_rebuild_changes_nothing() {
    let world = World::new();
    let ledger = open(&world).await;
    ledger.record(record("b", sample::judgement())).await.unwrap();
    recorded(&ledger, Act::WatchStarted(begun("w1", "b", Duration::from_secs(30))), &["plan"]).await.unwrap();
    recorded(&ledger, Act::WatchChanged(cancelled("w1")), &[]).await.unwrap();
    recorded(&ledger, Act::RolledBack(rolled_back()), &[]).await.unwrap();
    grow(&ledger, 0, 300).await;
    assert!(ledger.rollback("r1").await.unwrap().is_some());
    ledger.close().await;
    moved(&world, "2027-01-01T00:00:00Z").await.unwrap();
    fits(&world).await;
    let ledger = open(&world).await;
    assert!(ledger.decision(&id("b")).await.unwrap().is_none() && ledger.elsewhere(&id("b")).await.unwrap().is_some());
    assert!(ledger.rollback("r1").await.unwrap().is_none(), "it lies where its decision does");
    ledger.close().await;
    let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    assert!(rebuilt.tables.iter().all(|table| (table.removed, table.written) == (0, 0)), "{rebuilt:?}");
}
