//! Backups: copied while the ledger is written to, verified whole, and put back only where there is no ledger.

use crate::{
    checkpoints::{beside, open, signing, try_open},
    tree::grow,
    world::World,
};
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use std::{fs, path::Path};
use tidegate_ledger::{
    backup::{BackupError, CHECKPOINT, DATABASE, backup},
    config::LedgerConfig,
    error::LedgerError,
    proof::TreeHead,
    restore::restore,
};
use tokio::task::JoinSet;

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_is_written_to_is_backed_up_whole_and_goes_on_from_the_copy() {
    let (world, config) = (World::new(), LedgerConfig::default());
    let ledger = open(&world).await;
    grow(&ledger, 0, 20).await;
    let mut writing = JoinSet::new();
    let writer = ledger.clone();
    writing.spawn(async move { grow(&writer, 20, 200).await });
    let folder = beside(&world, "backup");
    let held = backup(&world.path(), &folder, &config).await.unwrap();
    writing.join_all().await;
    assert!((20..=220).contains(&held.head.size), "{}", held.head.size);
    assert_eq!(ledger.root(held.head.size).await.unwrap(), held.head.root);
    let note = fs::read_to_string(folder.join(CHECKPOINT)).unwrap();
    assert_eq!(Some(note.clone()), held.checkpoint);
    assert_eq!(ledger.extends(&note, ledger.verifier()).await.unwrap(), held.head);
    assert_eq!(names(&folder), [CHECKPOINT, DATABASE], "and no private key");
    ledger.close().await;

    let elsewhere = World::new();
    let restored = restore(&folder, &elsewhere.path(), &config).await.unwrap();
    assert_eq!(restored.head, held.head);
    fs::copy(beside(&world, "ledger.db.key"), beside(&elsewhere, "ledger.db.key")).unwrap();
    let again = open(&elsewhere).await;
    grow(&again, 1000, 3).await;
    assert_eq!(again.tree_head().await.unwrap().size, held.head.size + 3);
    assert_eq!(again.verify().await.unwrap().findings, []);
    again.close().await;
}

#[tokio::test]
async fn nothing_that_is_there_is_overwritten() {
    let (world, config) = (World::new(), LedgerConfig::default());
    let ledger = open(&world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    let folder = beside(&world, "backup");
    backup(&world.path(), &folder, &config).await.unwrap();
    let exists = |result: Result<_, BackupError>| matches!(result, Err(BackupError::Exists { .. }));
    assert!(exists(backup(&world.path(), &folder, &config).await));
    assert!(exists(restore(&folder, &world.path(), &config).await));
    // What a ledger left in its write-ahead log would be played into the restored one.
    fs::rename(world.path(), beside(&world, "away")).unwrap();
    let log = beside(&world, "ledger.db-wal");
    fs::write(&log, "left").unwrap();
    assert!(exists(restore(&folder, &world.path(), &config).await));
    fs::remove_file(log).unwrap();
    // Also the database alone is a backup.
    restore(&folder.join(DATABASE), &world.path(), &config).await.unwrap();
    open(&world).await.close().await;
    // And nothing while somebody writes, even where the file was taken away from below.
    let ledger = open(&world).await;
    fs::rename(world.path(), beside(&world, "away")).unwrap();
    for name in ["ledger.db-wal", "ledger.db-shm"] {
        let _ = fs::remove_file(beside(&world, name));
    }
    let error = restore(&folder, &world.path(), &config).await.unwrap_err();
    assert!(matches!(error, BackupError::Open(LedgerError::InUse { .. })), "{error}");
    ledger.close().await;
}

async fn tampered(path: &Path, sql: &'static str) {
    let mut raw = SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
}

#[tokio::test]
async fn what_is_not_what_was_recorded_is_neither_backed_up_nor_restored() {
    const ALTER: &str =
        "DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = body || ' ' WHERE leaf_index = 1";
    let (world, config) = (World::new(), LedgerConfig::default());
    let ledger = open(&world).await;
    grow(&ledger, 0, 4).await;
    ledger.close().await;
    let (folder, other) = (beside(&world, "backup"), beside(&world, "other"));
    backup(&world.path(), &folder, &config).await.unwrap();
    tampered(&world.path(), ALTER).await;
    let error = backup(&world.path(), &other, &config).await.unwrap_err();
    assert!(error.to_string().starts_with("the copy is not what was recorded: leaf 1 was altered"), "{error}");
    assert!(
        !names(world.path().parent().unwrap()).iter().any(|name| name.starts_with("other")),
        "nothing is left of it"
    );

    let elsewhere = World::new();
    tampered(&folder.join(DATABASE), "UPDATE decisions SET outcome = 'HOLD'").await;
    let error = restore(&folder, &elsewhere.path(), &config).await.unwrap_err();
    assert_eq!(error.to_string(), "the copy is not what was recorded: rows are not as the leaves say");
    tampered(&folder.join(DATABASE), ALTER).await;
    let error = restore(&folder, &elsewhere.path(), &config).await.unwrap_err();
    assert!(matches!(error, BackupError::Unsound { .. }), "{error}");
    let left = names(elsewhere.path().parent().unwrap());
    assert!(left.iter().all(|name| name.ends_with(".lock")), "{left:?}");
}

#[tokio::test]
async fn a_backup_beside_a_newer_checkpoint_is_not_restored() {
    let (world, config) = (World::new(), LedgerConfig::default());
    let ledger = open(&world).await;
    grow(&ledger, 0, 2).await;
    let folder = beside(&world, "backup");
    let held = backup(&world.path(), &folder, &config).await.unwrap();
    assert_eq!(held.head, TreeHead { size: 2, ..held.head });
    grow(&ledger, 2, 2).await;
    fs::write(folder.join(CHECKPOINT), ledger.checkpoint().await.unwrap().unwrap()).unwrap();
    ledger.close().await;
    let elsewhere = World::new();
    let error = restore(&folder, &elsewhere.path(), &config).await.unwrap_err();
    assert!(matches!(error, BackupError::Checkpoint(_)), "{error}");
    assert!(error.to_string().ends_with("it is of 4 leaves, there are 2: this ledger is older"), "{error}");
    // A ledger that signs nothing is backed up too.
    let plain = World::new();
    let ledger = plain.open().await;
    grow(&ledger, 0, 1).await;
    ledger.close().await;
    let unsigned = backup(&plain.path(), &beside(&plain, "backup"), &config).await.unwrap();
    assert_eq!((unsigned.head.size, unsigned.checkpoint), (1, None));
    assert!(try_open(&elsewhere, signing(&elsewhere)).await.is_ok(), "nothing was left in the way");
}
