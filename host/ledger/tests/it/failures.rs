//! Writes that fail: an error for everybody concerned, nothing half-written, and the next write succeeds.

use crate::{
    sample,
    world::{World, id, record},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    body::{Body, BodyKind},
    config::LedgerConfig,
    damage::Damage,
    error::RecordError,
    record::DecisionRecord,
};

/// A record whose body does not compress.
fn heavy(name: &str, bytes: usize) -> DecisionRecord {
    let mut seed = Digest::of(name.as_bytes());
    let mut body = Vec::with_capacity(bytes + 32);
    while body.len() < bytes {
        body.extend_from_slice(seed.as_bytes());
        seed = Digest::of(seed.as_bytes());
    }
    let body = Body { kind: BodyKind::Plugin, bytes: Arc::from(body) };
    DecisionRecord { bodies: vec![body], ..record(name, sample::judgement()) }
}

async fn rows(world: &World) -> Vec<i64> {
    let mut raw = world.raw().await;
    let mut rows = Vec::new();
    for table in ["leaves", "decisions", "decision_services", "blobs", "idempotency", "evidence", "private_texts"] {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        rows.push(count.fetch_one(&mut raw).await.unwrap());
    }
    rows
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_leaves_nothing_behind() {
    let world = World::new();
    let config = LedgerConfig { pages_max: Some(100), ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    ledger.record(record("small", sample::judgement())).await.unwrap();
    let before = rows(&world).await;
    let error = ledger.record(heavy("large", 1 << 20)).await.unwrap_err();
    assert!(matches!(error, RecordError::Write(_)), "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(rows(&world).await, before);
    assert!(ledger.decision(&id("large")).await.unwrap().is_none());
    // There is room for a small one: the ledger works, and says so.
    ledger.ready().await.unwrap();
    assert_eq!(ledger.record(record("small-too", sample::judgement())).await.unwrap().leaf_index, 1);
    ledger.close().await;
    world.open().await.close().await;
}

/// What the triggers of these tests refuse.
const POISON: &str = "poison";

#[tokio::test]
async fn one_refused_record_does_not_fail_the_others_of_its_commit() {
    let world = World::new();
    let config = LedgerConfig { busy_timeout: Duration::from_secs(600), batch_max: 10, ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    world
        .tamper(
            "CREATE TRIGGER poison BEFORE INSERT ON leaves WHEN NEW.body LIKE '%poison%' \
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
        )
        .await;
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
    let trigger = "CREATE TRIGGER poison BEFORE INSERT ON leaves WHEN NEW.body LIKE '%poison%' \
                   BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END";
    world.tamper(trigger).await;
    let mut judged = sample::judgement();
    judged.skip = vec![POISON.parse().unwrap()];
    let error = ledger.record(record("bad", judged)).await.unwrap_err();
    assert!(error.to_string().contains("poisoned"), "{error}");
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
    assert!(error.to_string().contains("locked"), "{error}");
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

#[tokio::test]
async fn a_database_that_went_away_is_not_made_anew() {
    let world = World::new();
    let config = LedgerConfig { busy_timeout: Duration::from_millis(1), ..LedgerConfig::default() };
    let ledger = world.try_open(config).await.unwrap();
    ledger.record(record("one", sample::judgement())).await.unwrap();
    // A failed batch makes the writer connect again, and then the file is gone.
    let _held = world.hold().await;
    ledger.record(record("two", sample::judgement())).await.unwrap_err();
    for suffix in ["", "-wal", "-shm"] {
        let mut file = world.path().into_os_string();
        file.push(suffix);
        std::fs::remove_file(file).unwrap();
    }
    ledger.record(record("three", sample::judgement())).await.unwrap_err();
    ledger.ready().await.unwrap_err();
    assert!(!world.path().exists());
    ledger.close().await;
}

#[tokio::test]
async fn an_older_ledger_in_the_place_of_the_open_one_is_not_written_to() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("one", sample::judgement())).await.unwrap();
    ledger.close().await;
    let older = world.path().with_extension("older");
    std::fs::copy(world.path(), &older).unwrap();
    let config = LedgerConfig { busy_timeout: Duration::from_millis(1), ..LedgerConfig::default() };
    let ledger = world.open().await;
    ledger.record(record("two", sample::judgement())).await.unwrap();
    ledger.close().await;
    let ledger = world.try_open(config).await.unwrap();
    // A failed batch makes the writer connect again, and then the file is another one.
    let held = world.hold().await;
    ledger.record(record("three", sample::judgement())).await.unwrap_err();
    held.let_go().await;
    for suffix in ["-wal", "-shm"] {
        let mut file = world.path().into_os_string();
        file.push(suffix);
        let _ = std::fs::remove_file(file);
    }
    std::fs::rename(&older, world.path()).unwrap();
    let error = ledger.record(record("four", sample::judgement())).await.unwrap_err();
    assert!(matches!(error, RecordError::Damaged(Damage::Exchanged { committed: 2, found: 1 })), "{error}");
    ledger.ready().await.unwrap_err();
    ledger.close().await;
    let again = world.open().await;
    assert_eq!(again.tree_head().await.unwrap().size, 1);
    again.close().await;
}
