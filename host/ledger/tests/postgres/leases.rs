//! Watches shared out among gates: each is run by exactly one, and taken over when its gate is gone.

use crate::{
    watches::{begun, recorded},
    world::World,
};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_ledger::{act::Act, ledger::Ledger};
use tokio::task::JoinSet;

/// How long a test waits for what has to happen.
const PATIENCE: Duration = Duration::from_secs(30);

async fn start(ledger: &Ledger, count: usize, step: Duration) {
    for number in 0..count {
        let watch = begun(&format!("w{number:03}"), &format!("d{number:03}"), step);
        recorded(ledger, Act::WatchStarted(watch), &["plan"]).await.unwrap();
    }
}

/// Asks again until it has this many.
async fn has(ledger: &Ledger, runner: &str, count: usize) -> Vec<Arc<str>> {
    let since = Instant::now();
    loop {
        let mine = ledger.take_watches(runner).await.unwrap().ids;
        if mine.len() == count {
            return mine;
        }
        assert!(since.elapsed() < PATIENCE, "{runner} has {mine:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_gates_that_ask_at_once_each_watch_has_one() {
    let world = World::new();
    let ledger = world.open().await;
    start(&ledger, 40, Duration::from_hours(1)).await;
    for _ in 0..5 {
        let mut asking = JoinSet::new();
        for runner in ["a", "b", "c"] {
            let ledger = world.open().await;
            asking.spawn(async move {
                let mine = ledger.take_watches(runner).await.unwrap().ids;
                ledger.close().await;
                mine
            });
        }
        let all: Vec<Arc<str>> = asking.join_all().await.into_iter().flatten().collect();
        assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (40, 40), "{all:?}");
    }
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gate_leaves_is_taken_at_once_and_what_it_forgets_when_its_lease_is_over() {
    let world = World::new();
    let (first, second) = (world.open().await, world.open().await);
    start(&first, 3, Duration::from_hours(1)).await;
    has(&first, "first", 3).await;
    has(&second, "second", 0).await;
    first.leave_watches("first").await;
    has(&second, "second", 3).await;
    second.leave_watches("second").await;

    let world = World::new();
    let (first, second) = (world.open().await, world.open().await);
    start(&first, 3, Duration::from_millis(200)).await;
    let since = Instant::now();
    has(&first, "first", 3).await;
    // It says nothing any more.
    has(&second, "second", 3).await;
    assert!(since.elapsed() >= Duration::from_millis(300), "one and a half steps are its own");
    has(&first, "first", 0).await;
    // As long as it asks, nobody takes them.
    for _ in 0..50 {
        has(&second, "second", 3).await;
        has(&first, "first", 0).await;
    }
    for ledger in [first, second] {
        ledger.close().await;
    }
}
