//! Commits group themselves; what does not fit in the queue is refused at once.
//!
//! The writer is held up by a lock on the database that the test holds: no clock, no sleeping.

use crate::{
    sample,
    world::{World, record, sender},
};
use std::time::Duration;
use tidegate_ledger::{config::LedgerConfig, error::RecordError, ledger::Ledger, record::Recorded};
use tokio::task::JoinSet;

fn patient() -> LedgerConfig {
    LedgerConfig { busy_timeout: Duration::from_secs(600), ..LedgerConfig::default() }
}

fn send(ledger: &Ledger, count: usize) -> JoinSet<Result<Recorded, RecordError>> {
    let mut sent = JoinSet::new();
    for n in 0..count {
        let ledger = ledger.clone();
        sent.spawn(async move { ledger.record(record(&format!("d{n}"), sample::judgement())).await });
    }
    sent
}

#[tokio::test]
async fn what_arrives_while_a_commit_runs_goes_out_with_the_next() {
    let world = World::new();
    let ledger = world.try_open(patient()).await.unwrap();
    let held = world.hold().await;
    let sent = send(&ledger, 500);
    // More than one batch holds: whatever the writer has in its hands, the rest is waiting.
    while ledger.counts().waiting < 200 {
        tokio::task::yield_now().await;
    }
    held.let_go().await;
    let mut indexes: Vec<u64> = sent.join_all().await.into_iter().map(|result| result.unwrap().leaf_index).collect();
    indexes.sort_unstable();
    assert_eq!(indexes, (0..500).collect::<Vec<u64>>());
    let counts = ledger.counts();
    assert_eq!((counts.leaves, counts.waiting), (500, 0));
    assert!(counts.commits < 500, "{counts:?}");
    assert!(counts.largest_batch > 1, "{counts:?}");
    ledger.close().await;
}

#[tokio::test]
async fn a_full_queue_is_busy_at_once_and_what_was_admitted_is_recorded() {
    let world = World::new();
    let ledger = world.try_open(LedgerConfig { queue_max: 4, batch_max: 1, ..patient() }).await.unwrap();
    let held = world.hold().await;
    let mut sent = send(&ledger, 20);
    // At most one with the writer and four waiting: fifteen come back while nothing can be written.
    for _ in 0..15 {
        let error = sent.join_next().await.unwrap().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "the ledger is busy: records waiting: 5 used, 4 allowed");
    }
    held.let_go().await;
    let (recorded, refused): (Vec<_>, Vec<_>) = sent.join_all().await.into_iter().partition(Result::is_ok);
    assert!(recorded.len() >= 4, "{refused:?}");
    assert_eq!(ledger.counts().leaves, u64::try_from(recorded.len()).unwrap());
    assert!(refused.iter().all(|result| matches!(result, Err(RecordError::Busy { .. }))), "{refused:?}");
    ledger.close().await;
}

#[tokio::test]
async fn bytes_that_wait_are_limited_too() {
    let world = World::new();
    let config = LedgerConfig { queue_bytes_max: 64 << 10, ..patient() };
    let ledger = world.try_open(config).await.unwrap();
    let held = world.hold().await;
    let put = |byte: u8| {
        let (ledger, bytes) = (ledger.clone(), vec![byte; 40 << 10]);
        async move {
            let digest = tidegate_core::digest::Digest::of(&bytes);
            let document = tidegate_ledger::evidence::Received {
                digest,
                bytes: bytes.into(),
                received_at: sample::now(),
                masking: None,
            };
            ledger.put_evidence(sender(), vec![document]).await
        }
    };
    let mut first = Box::pin(put(1));
    let polled = std::future::poll_fn(|context| std::task::Poll::Ready(first.as_mut().poll(context)));
    assert!(polled.await.is_pending());
    let error = put(2).await.unwrap_err();
    assert_eq!(error.to_string(), "the ledger is busy: bytes waiting: 81920 used, 65536 allowed");
    held.let_go().await;
    first.await.unwrap();
    put(2).await.unwrap();
    ledger.close().await;
}
