//! What only a file can do: be full, be exchanged, be somebody else's.

use crate::{
    checkpoints::{beside, open as signed, refused, sidecar, signing, try_open},
    expiry::{EARLY, expire, holds, received},
    failures::{heavy, rows},
    sample,
    tree::grow,
    world::{World, id, record, sender},
};
use std::{fs, path::Path, time::Duration};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, CheckpointError, Kept},
    config::LedgerConfig,
    damage::Damage,
    error::{LedgerError, RecordError},
    evidence::{Expired, Usage},
    rebuild,
    verify::Finding,
};

#[tokio::test]
async fn a_full_disk_is_an_error_and_leaves_nothing_behind() {
    let world = World::new();
    // The empty tables need about a hundred, and a question whether there is room sixty-four.
    let config = LedgerConfig { pages_max: Some(240), ..LedgerConfig::default() };
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
        fs::remove_file(file).unwrap();
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
    fs::copy(world.path(), &older).unwrap();
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
        let _ = fs::remove_file(file);
    }
    fs::rename(&older, world.path()).unwrap();
    let error = ledger.record(record("four", sample::judgement())).await.unwrap_err();
    assert!(matches!(error, RecordError::Damaged(Damage::Exchanged { committed: 2, found: 1 })), "{error}");
    ledger.ready().await.unwrap_err();
    ledger.close().await;
    let again = world.open().await;
    assert_eq!(again.tree_head().await.unwrap().size, 1);
    again.close().await;
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_has_closed() {
    let world = World::new();
    let first = world.open().await;
    let error = world.try_open(LedgerConfig::default()).await.unwrap_err();
    assert!(matches!(error, LedgerError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("one writer at a time"), "{error}");
    first.close().await;
    world.open().await.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_ledger_is_refused() {
    let world = World::new();
    fs::write(world.path(), "not a database, but long enough to be read as one".repeat(100)).unwrap();
    assert!(world.try_open(LedgerConfig::default()).await.is_err());
}

#[tokio::test]
async fn bytes_that_are_no_leaf_are_named_and_no_failure() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("a", sample::judgement())).await.unwrap();
    world.tamper("DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = x'ff', kind = x'ff'").await;
    let found = ledger.verify().await.unwrap();
    assert_eq!((found.checkpoints, &found.findings[0]), (Vec::new(), &Finding::AlteredLeaf { index: 0 }));
    ledger.close().await;
}

#[tokio::test]
async fn an_older_database_beside_a_newer_checkpoint_file_is_refused_with_both_sizes() {
    let world = World::new();
    let ledger = signed(&world).await;
    grow(&ledger, 0, 3).await;
    ledger.close().await;
    fs::copy(world.path(), beside(&world, "copy")).unwrap();
    let ledger = signed(&world).await;
    grow(&ledger, 3, 2).await;
    ledger.close().await;
    fs::copy(beside(&world, "copy"), world.path()).unwrap();
    let error = refused(&world).await;
    let kept = Kept::InFile(sidecar(&world));
    assert_eq!(error, CheckpointError::Ahead { kept, checkpoint: 5, ledger: 3 });
    assert!(error.to_string().contains("is of 5 leaves, the ledger has 3"), "{error}");
    // Nothing was signed or written by the attempt.
    assert_eq!(fs::read_to_string(sidecar(&world)).unwrap().lines().nth(1), Some("5"));
}

#[tokio::test]
async fn another_history_of_the_same_ledger_is_refused_with_both_sizes() {
    let world = World::new();
    let ledger = signed(&world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    fs::copy(world.path(), beside(&world, "copy")).unwrap();
    let ledger = signed(&world).await;
    grow(&ledger, 2, 2).await;
    ledger.close().await;
    fs::copy(beside(&world, "copy"), world.path()).unwrap();
    let ledger = try_open(&world, CheckpointConfig { sidecar: None, ..signing(&world) }).await.unwrap();
    grow(&ledger, 100, 3).await;
    ledger.close().await;
    let error = refused(&world).await;
    assert!(matches!(error, CheckpointError::OtherRoot { checkpoint: 4, ledger: 5, .. }), "{error}");
}

#[tokio::test]
async fn a_closed_ledger_is_one_file_whoever_read_it() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("d", sample::judgement())).await.unwrap();
    assert!(ledger.decision(&id("d")).await.unwrap().is_some());
    ledger.close().await;
    let mut wal = world.path().into_os_string();
    wal.push("-wal");
    assert!(!Path::new(&wal).exists(), "what was recorded lies in a second file");
}

#[tokio::test]
async fn documents_of_before_are_counted_and_never_expire() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.put_evidence(sender(), vec![received(b"old", EARLY)]).await.unwrap();
    ledger.close().await;
    // As a gate of before left it.
    world.tamper("
        DROP TRIGGER evidence_is_counted; DROP TRIGGER evidence_is_named; DROP TRIGGER evidence_is_gone;
        DROP TABLE evidence_usage; DROP INDEX evidence_waiting; DROP INDEX evidence_by_digest; DROP INDEX evidence_by_kept;
        ALTER TABLE evidence DROP COLUMN kept_as; ALTER TABLE evidence DROP COLUMN masked;
        ALTER TABLE evidence DROP COLUMN bytes; ALTER TABLE evidence DROP COLUMN referenced;
        DELETE FROM _sqlx_migrations WHERE version = 5;
    ").await;
    let ledger = world.open().await;
    assert_eq!(expire(&ledger).await, Expired::default());
    assert!(holds(&ledger, "shop", b"old").await);
    let expected = Usage { waiting_documents: 0, waiting_bytes: 0, documents: 1, bytes: 3 };
    assert_eq!(ledger.usage("shop").await.unwrap(), expected);
    ledger.close().await;
}

#[tokio::test]
async fn a_ledger_that_is_open_is_not_rebuilt() {
    let world = World::new();
    let ledger = world.open().await;
    let error = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap_err();
    assert!(error.to_string().contains("one writer at a time"), "{error}");
    ledger.close().await;
}
