//! Writes that fail: an error for everybody concerned, nothing half-written, and the next write succeeds.

use crate::{
    backend::{ENDED, ENDS_AT_POISON, LOCKED, REFUSES_POISON},
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    body::{Body, BodyKind},
    config::LedgerConfig,
    error::RecordError,
    record::DecisionRecord,
};

/// A record whose body does not compress.
pub(crate) fn heavy(name: &str, bytes: usize) -> DecisionRecord {
    let mut seed = Digest::of(name.as_bytes());
    let mut body = Vec::with_capacity(bytes + 32);
    while body.len() < bytes {
        body.extend_from_slice(seed.as_bytes());
        seed = Digest::of(seed.as_bytes());
    }
    let body = Body { kind: BodyKind::Plugin, bytes: Arc::from(body) };
    DecisionRecord { bodies: vec![body], ..record(name, sample::judgement()) }
}

pub(crate) async fn rows(world: &World) -> Vec<i64> {
    let mut raw = world.raw().await;
    let mut rows = Vec::new();
    for table in ["leaves", "decisions", "decision_services", "blobs", "idempotency", "evidence", "private_texts"] {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        rows.push(count.fetch_one(&mut raw).await.unwrap());
    }
    rows
}

/// What the triggers of these tests refuse.
const POISON: &str = "poison";

#[tokio::test]
async fn one_refused_record_does_not_fail_the_others_of_its_commit() {
    let world = World::new();
    let config = LedgerConfig { busy_timeout: Duration::from_secs(600), batch_max: 10, ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    world.tamper(REFUSES_POISON).await;
    let held = world.hold().await;
    let mut sent = tokio::task::JoinSet::new();
    for n in 0..40 {
        let mut judged = sample::judgement();
        if n == 20 {
            judged.skip = vec![POISON.parse().unwrap()];
        }
        let (ledger, name) = (ledger.clone(), if n == 20 { "bad".to_owned() } else { format!("good-{n}") });
        sent.spawn(async move { ledger.record(record(&name, judged)).await });
    }
    // The writer has at most ten in its hands.
    while ledger.counts().waiting < 30 {
        tokio::task::yield_now().await;
    }
    held.let_go().await;
    let (recorded, refused): (Vec<_>, Vec<_>) = sent.join_all().await.into_iter().partition(Result::is_ok);
    let mut indexes: Vec<u64> = recorded.into_iter().map(|result| result.unwrap().leaf_index).collect();
    indexes.sort_unstable();
    assert_eq!(indexes, (0..39).collect::<Vec<u64>>());
    assert!(matches!(&refused[..], [Err(error)] if error.to_string().contains("poisoned")), "{refused:?}");
    assert!(ledger.counts().largest_batch > 1);
    assert!(ledger.decision(&id("bad")).await.unwrap().is_none());
    ledger.ready().await.unwrap();
    let verified = ledger.verify().await.unwrap();
    assert_eq!((verified.head.size, verified.findings), (39, Vec::new()));
    ledger.close().await;
    world.open().await.close().await;
}

#[tokio::test]
async fn a_transaction_that_the_store_ends_is_an_error_and_the_next_one_works() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("before", sample::judgement())).await.unwrap();
    let before = rows(&world).await;
    world.tamper(ENDS_AT_POISON).await;
    let mut judged = sample::judgement();
    judged.skip = vec![POISON.parse().unwrap()];
    let error = ledger.record(record("bad", judged)).await.unwrap_err();
    assert!(error.to_string().contains(ENDED), "{error}");
    assert_eq!(rows(&world).await, before);
    assert_eq!(ledger.record(record("after", sample::judgement())).await.unwrap().leaf_index, 1);
    ledger.close().await;
    world.open().await.close().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_written_is_not_ready_until_it_can() {
    let world = World::new();
    let config = LedgerConfig { busy_timeout: Duration::from_millis(1), ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    ledger.ready().await.unwrap();
    let held = world.hold().await;
    let error = ledger.record(record("one", sample::judgement())).await.unwrap_err();
    assert!(error.to_string().contains(LOCKED), "{error}");
    ledger.ready().await.unwrap_err();
    held.let_go().await;
    ledger.ready().await.unwrap();
    ledger.record(record("one", sample::judgement())).await.unwrap();
    ledger.close().await;
}

#[tokio::test]
async fn the_same_decision_id_twice_is_refused_and_nothing_of_it_stays() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("one", sample::judgement())).await.unwrap();
    let before = rows(&world).await;
    let mut other = heavy("one", 100);
    other.circumstances.trace = None;
    let error = ledger.record(other).await.unwrap_err();
    assert!(matches!(error, RecordError::Write(_)), "{error}");
    assert_eq!(rows(&world).await, before);
    ledger.ready().await.unwrap();
    ledger.close().await;
}
