//! Checkpoints: signed with every commit, kept inside and outside of the database, and compared when it is opened.

use crate::{
    sample,
    tree::grow,
    world::{World, record},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::{fs, path::PathBuf};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, CheckpointError, Kept},
    config::LedgerConfig,
    damage::Damage,
    error::LedgerError,
    ledger::Ledger,
    note::{NoteError, Verifier},
};

pub(crate) const ORIGIN: &str = "gate.example/ledger";

pub(crate) fn beside(world: &World, name: &str) -> PathBuf {
    world.path().with_file_name(name)
}

pub(crate) fn sidecar(world: &World) -> PathBuf {
    beside(world, "checkpoint")
}

pub(crate) fn signing(world: &World) -> CheckpointConfig {
    CheckpointConfig {
        origin: Some(ORIGIN.parse().unwrap()),
        key: world.key(Some(ORIGIN)),
        sidecar: Some(sidecar(world)),
    }
}

pub(crate) async fn try_open(world: &World, checkpoints: CheckpointConfig) -> Result<Ledger, LedgerError> {
    world.try_open(LedgerConfig { checkpoints: Some(checkpoints), ..LedgerConfig::default() }).await
}

pub(crate) async fn open(world: &World) -> Ledger {
    try_open(world, signing(world)).await.unwrap()
}

pub(crate) async fn refused(world: &World) -> CheckpointError {
    match try_open(world, signing(world)).await.unwrap_err() {
        LedgerError::Checkpoint { cause, .. } => cause,
        other => unreachable!("{other}"),
    }
}

/// The size in a note that this key signed.
fn size(verifier: &Verifier, note: &str) -> u64 {
    let text = verifier.text(note).unwrap();
    assert!(text.starts_with(&format!("{ORIGIN}\n")), "{text}");
    text.lines().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_commit_is_signed_and_acknowledged_after_the_file_holds_it() {
    let world = World::new();
    let ledger = open(&world).await;
    let verifier = ledger.verifier().unwrap().clone();
    assert_eq!(size(&verifier, &ledger.checkpoint().await.unwrap().unwrap()), 0);
    for leaves in 1..4 {
        grow(&ledger, leaves - 1, 1).await;
        let note = fs::read_to_string(sidecar(&world)).unwrap();
        assert_eq!(size(&verifier, &note), leaves);
        assert_eq!(ledger.checkpoint().await.unwrap(), Some(note.clone()));
        let head = ledger.tree_head().await.unwrap();
        let root = BASE64_STANDARD.encode(head.root.as_bytes());
        assert_eq!(note.lines().take(3).collect::<Vec<_>>(), [ORIGIN, &leaves.to_string(), &root]);
    }
    ledger.close().await;
    let again = open(&world).await;
    assert_eq!(again.verifier(), Some(&verifier));
    assert_eq!(size(&verifier, &again.checkpoint().await.unwrap().unwrap()), 3);
    again.close().await;
}

#[tokio::test]
async fn a_checkpoint_file_that_is_behind_absent_or_empty_is_brought_up() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 1).await;
    let older = fs::read_to_string(sidecar(&world)).unwrap();
    grow(&ledger, 1, 1).await;
    let newest = fs::read_to_string(sidecar(&world)).unwrap();
    ledger.close().await;
    for before in [Some(older.as_str()), Some(""), None] {
        match before {
            Some(text) => fs::write(sidecar(&world), text).unwrap(),
            None => fs::remove_file(sidecar(&world)).unwrap(),
        }
        open(&world).await.close().await;
        assert_eq!(fs::read_to_string(sidecar(&world)).unwrap(), newest, "{before:?}");
    }
}

#[tokio::test]
async fn a_checkpoint_file_that_the_ledger_did_not_sign_is_refused() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    let own = fs::read_to_string(sidecar(&world)).unwrap();
    let stranger = World::new();
    open(&stranger).await.close().await;
    let others = fs::read_to_string(sidecar(&stranger)).unwrap();
    for (text, expected) in [
        (others.as_str(), "is not signed by"),
        (&own.replace("\n2\n", "\n1\n"), "does not hold"),
        ("gate.example/ledger\n2\n", "is not a signed note"),
        ("\u{1}", "is not a signed note"),
    ] {
        fs::write(sidecar(&world), text).unwrap();
        let error = refused(&world).await;
        assert!(matches!(error, CheckpointError::Note { kept: Kept::InFile(_), .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    fs::write(sidecar(&world), b"\xff").unwrap();
    assert!(matches!(try_open(&world, signing(&world)).await.unwrap_err(), LedgerError::Sidecar(_)));
}

#[tokio::test]
async fn a_checkpoint_in_the_database_counts_whether_or_not_more_are_signed() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 3).await;
    let three = ledger.checkpoint().await.unwrap().unwrap();
    ledger.close().await;
    // A ledger that is made anew from two of the three leaves, head and tree and all.
    let shorter = World::new();
    let ledger = try_open(&shorter, CheckpointConfig { sidecar: None, ..signing(&shorter) }).await.unwrap();
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    let mut raw = shorter.raw().await;
    sqlx::query("UPDATE checkpoint SET size = 3, note = $1").bind(three).execute(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
    let error = shorter.try_open(LedgerConfig::default()).await.unwrap_err();
    let ahead = CheckpointError::Ahead { kept: Kept::InLedger, checkpoint: 3, ledger: 2 };
    assert!(matches!(&error, LedgerError::Checkpoint { cause, .. } if *cause == ahead), "{error}");
    let error = refused(&shorter).await;
    assert!(
        matches!(error, CheckpointError::Note { kept: Kept::InLedger, cause: NoteError::Unsigned { .. } }),
        "{error}"
    );
}

#[tokio::test]
async fn what_was_appended_while_nothing_was_signed_is_signed_later() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    let ledger = world.open().await;
    grow(&ledger, 2, 2).await;
    assert_eq!(ledger.verifier(), None);
    assert_eq!(ledger.checkpoint().await.unwrap().unwrap().lines().nth(1), Some("2"));
    ledger.close().await;
    let ledger = open(&world).await;
    assert_eq!(ledger.checkpoint().await.unwrap().unwrap().lines().nth(1), Some("4"));
    assert_eq!(fs::read_to_string(sidecar(&world)).unwrap().lines().nth(1), Some("4"));
    ledger.close().await;
}

#[tokio::test]
async fn an_older_checkpoint_that_cannot_be_compared_is_damage_and_no_fit() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 101).await;
    let older = fs::read_to_string(sidecar(&world)).unwrap();
    grow(&ledger, 101, 199).await;
    ledger.close().await;
    // Left of the right edge, where opening looks only for the older one.
    world.tamper("DROP TRIGGER tree_hashes_are_not_deleted; DELETE FROM tree_hashes WHERE node_index = 100").await;
    open(&world).await.close().await;
    fs::write(sidecar(&world), older).unwrap();
    let error = try_open(&world, signing(&world)).await.unwrap_err();
    let missing = Damage::NoHash { level: 0, index: 100 };
    assert!(matches!(&error, LedgerError::Damaged { cause, .. } if *cause == missing), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_fails_no_record_and_is_counted() {
    let world = World::new();
    let folder = beside(&world, "elsewhere");
    fs::create_dir(&folder).unwrap();
    let config = CheckpointConfig { sidecar: Some(folder.join("checkpoint")), ..signing(&world) };
    let ledger = try_open(&world, config.clone()).await.unwrap();
    fs::remove_dir_all(&folder).unwrap();
    ledger.record(record("a", sample::judgement())).await.unwrap();
    assert_eq!(ledger.counts().checkpoints_unpublished, 1);
    fs::create_dir(&folder).unwrap();
    ledger.record(record("b", sample::judgement())).await.unwrap();
    assert_eq!(ledger.counts().checkpoints_unpublished, 1);
    assert_eq!(fs::read_to_string(folder.join("checkpoint")).unwrap().lines().nth(1), Some("2"));
    ledger.close().await;
    // When it is opened there is nobody to answer yet, and a mistake in the path can be mended.
    fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(try_open(&world, config).await.unwrap_err(), LedgerError::Sidecar(_)));
}
