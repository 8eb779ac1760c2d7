//! What the record weighs: as the rows say.

use crate::{
    sample,
    world::{World, record},
};
use std::time::Duration;
use tidegate_ledger::{
    config::LedgerConfig,
    cost::{self, Cost, Recent},
};

async fn weighed(world: &World, days_later: u64) -> Cost {
    let now = sample::circumstances("x").recorded_at.plus(Duration::from_hours(24 * days_later));
    cost::of(world.place(), &LedgerConfig::default(), now).await.unwrap()
}

#[tokio::test]
async fn leaves_and_bodies_are_weighed_by_kind_while_the_gate_serves() {
    let world = World::new();
    let ledger = world.open().await;
    let empty = weighed(&world, 0).await;
    assert_eq!((empty.leaves.len(), empty.decisions, empty.content_bytes()), (0, 0, 0));
    for name in ["a", "b"] {
        ledger.record(record(name, sample::judgement())).await.unwrap();
    }
    let cost = weighed(&world, 10).await;
    let bytes = ledger.leaf(0).await.unwrap().unwrap().text.len() + ledger.leaf(1).await.unwrap().unwrap().text.len();
    assert_eq!(cost.leaves.len(), 1);
    assert_eq!(
        (cost.leaves[0].kind.as_str(), cost.leaves[0].count, cost.leaves[0].bytes),
        ("decision", 2, bytes as u64)
    );
    // The same judgement twice: its bodies lie there once.
    let stages = cost.bodies.iter().find(|size| size.kind == "stage").unwrap();
    assert_eq!(stages.count, 3);
    assert!(cost.database_bytes > cost.content_bytes());
    assert_eq!(cost.recent, Recent { days: 10, decisions: 2, bytes: cost.content_bytes() });
    ledger.close().await;
}

#[tokio::test]
async fn what_is_older_than_thirty_days_is_no_growth() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("a", sample::judgement())).await.unwrap();
    ledger.close().await;
    let cost = weighed(&world, 31).await;
    assert_eq!(cost.recent, Recent { days: 30, decisions: 0, bytes: 0 });
    assert_eq!(cost.year_bytes(), cost.database_bytes);
}
