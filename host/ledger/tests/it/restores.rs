//! Restores that lose leaves: refused when opened, accepted by two, and said for good.

use crate::{
    checkpoints::{beside, open, signing, try_open},
    sample,
    tree::grow,
    witnesses::tiles,
    world::World,
};
use std::{collections::BTreeMap, fs, sync::Arc};
use tidegate_ledger::{
    backup::backup,
    checkpoint::{CheckpointConfig, CheckpointError, Kept},
    config::LedgerConfig,
    error::LedgerError,
    ledger::{
        Ledger,
        kept::NotExtended,
        restores::{Accepting, NotAccepted},
    },
    proof::TreeHead,
    restoration::Restored,
    restore::restore,
    tile::{Tile, TileOf},
    witness::{Refused, follow, follow_restored},
};

fn accepting(one: &str, other: &str) -> Accepting {
    let by: [Arc<str>; 2] = [one.into(), other.into()];
    Accepting { by, at: sample::now(), host_version: "0.1.0".parse().unwrap() }
}

/// A ledger of so many leaves that was restored from a backup of fewer; says which head was lost, and keeps the notes of all sizes.
async fn short(world: &World, before: u64, after: u64) -> (TreeHead, BTreeMap<u64, String>) {
    let ledger = open(world).await;
    let mut notes = BTreeMap::new();
    for size in 0..after {
        if size == before {
            backup(&world.path(), &beside(world, "backup"), &LedgerConfig::default()).await.unwrap();
        }
        grow(&ledger, size, 1).await;
        notes.insert(size + 1, ledger.checkpoint().await.unwrap().unwrap());
    }
    let lost = ledger.tree_head().await.unwrap();
    ledger.close().await;
    fs::rename(world.path(), beside(world, "lost")).unwrap();
    restore(&beside(world, "backup"), &world.path(), &LedgerConfig::default()).await.unwrap();
    (lost, notes)
}

/// As the command opens it: past the file that is ahead of it.
async fn past(world: &World) -> Ledger {
    try_open(world, CheckpointConfig { sidecar: None, ..signing(world) }).await.unwrap()
}

async fn accept(world: &World, one: &str, other: &str) -> Result<Restored, NotAccepted> {
    let sidecar = beside(world, "checkpoint");
    let note = fs::read_to_string(&sidecar).unwrap();
    let ledger = past(world).await;
    let accepted = ledger.accept_restore((&note, Kept::InFile(sidecar.clone())), &sidecar, accepting(one, other)).await;
    ledger.close().await;
    accepted
}

#[tokio::test]
async fn a_restore_that_loses_leaves_goes_on_once_two_accept_it_and_says_so_for_good() {
    let world = World::new();
    let (lost, notes) = short(&world, 3, 6).await;
    let error = try_open(&world, signing(&world)).await.unwrap_err();
    assert!(
        matches!(
            &error,
            LedgerError::Checkpoint { cause: CheckpointError::Ahead { checkpoint: 6, ledger: 3, .. }, .. }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("`tidegate ledger accept-restore`"), "{error}");

    let one = accept(&world, "dora@shop.example", "Dora@shop.example").await.unwrap_err();
    assert!(matches!(one, NotAccepted::OnePerson { .. }), "{one}");
    assert!(try_open(&world, signing(&world)).await.is_err(), "one person twice changes nothing");

    let accepted = accept(&world, "dora@shop.example", "eve@shop.example").await.unwrap();
    assert_eq!((accepted.leaf_index, accepted.epoch, accepted.lost), (3, 1, lost));
    assert_eq!(accepted.restored.size, 3);

    let ledger = open(&world).await;
    let verifier = ledger.verifier().unwrap().clone();
    grow(&ledger, 100, 4).await;
    assert_eq!(ledger.restorations().await.unwrap(), std::slice::from_ref(&accepted));
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    let leaf = ledger.leaf(3).await.unwrap().unwrap().text;
    assert!(leaf.contains("\"kind\":\"restored\"") && !leaf.contains("shop.example"), "{leaf}");

    // Whoever kept a checkpoint learns what became of it.
    for (size, note) in &notes {
        let extended = ledger.extends(note, Some(&verifier)).await;
        match (*size, extended) {
            (0..=3, extended) => assert_eq!(extended.unwrap().size, *size),
            (_, Err(lost @ NotExtended::Lost { .. })) => {
                assert_eq!(lost.is_named_as_lost(), *size == 6);
                let said = format!(
                    "of its {size} leaves 3 were kept when the ledger was restored, as leaf 3 says: the others are lost"
                );
                assert_eq!(lost.to_string(), said);
            }
            (_, other) => unreachable!("{size}: {other:?}"),
        }
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_second_restore_is_another_epoch_and_an_interrupted_one_is_ended() {
    let world = World::new();
    let (_, notes) = short(&world, 2, 4).await;
    let first = accept(&world, "dora", "eve").await.unwrap();
    // As if the file had not been written any more.
    fs::write(beside(&world, "checkpoint"), &notes[&4]).unwrap();
    assert_eq!(accept(&world, "eve", "mallory").await.unwrap(), first, "no second leaf");
    let ledger = open(&world).await;
    grow(&ledger, 50, 2).await;
    ledger.close().await;
    fs::remove_file(world.path()).unwrap();
    restore(&beside(&world, "backup"), &world.path(), &LedgerConfig::default()).await.unwrap();
    let again = accept(&world, "dora", "eve").await.unwrap();
    // The first one is lost with the rest: the leaf says what was signed for before.
    assert_eq!((again.epoch, again.lost.size, again.restored.size), (1, 5, 2));
    let ledger = open(&world).await;
    backup(&world.path(), &beside(&world, "later"), &LedgerConfig::default()).await.unwrap();
    grow(&ledger, 80, 1).await;
    ledger.close().await;
    fs::remove_file(world.path()).unwrap();
    restore(&beside(&world, "later"), &world.path(), &LedgerConfig::default()).await.unwrap();
    assert_eq!(accept(&world, "dora", "eve").await.unwrap().epoch, 2);
}

#[tokio::test]
async fn only_an_older_copy_of_this_very_record_is_accepted() {
    let world = World::new();
    let (_, notes) = short(&world, 3, 6).await;
    let said = async |note: &str| {
        fs::write(beside(&world, "checkpoint"), note).unwrap();
        accept(&world, "dora", "eve").await.unwrap_err().to_string()
    };
    assert_eq!(said(&notes[&2]).await, "the ledger goes on from its 2 leaves: nothing is lost");
    assert!(said(&notes[&6].replace("\n6\n", "\n7\n")).await.contains("does not hold"));
    let stranger = World::new();
    let others = open(&stranger).await;
    grow(&others, 0, 9).await;
    assert!(said(&others.checkpoint().await.unwrap().unwrap()).await.contains("is not signed by"));
    others.close().await;
    let ledger = past(&world).await;
    grow(&ledger, 200, 4).await;
    ledger.close().await;
    assert!(said(&notes[&6]).await.contains("another history than the 6 that were signed for"));
    let altered = World::new();
    short(&altered, 3, 6).await;
    altered
        .tamper("DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = body || ' ' WHERE leaf_index = 1")
        .await;
    let error = accept(&altered, "dora", "eve").await.unwrap_err();
    assert!(matches!(error, NotAccepted::Unsound(_)), "{error}");
}

#[tokio::test]
async fn a_witness_follows_a_restore_that_it_is_told_of_and_no_other() {
    let world = World::new();
    let (lost, notes) = short(&world, 3, 6).await;
    let accepted = accept(&world, "dora", "eve").await.unwrap();
    let ledger = open(&world).await;
    grow(&ledger, 100, 7).await;
    let verifier = ledger.verifier().unwrap().clone();
    let (tiles, note) = (tiles(&ledger).await, ledger.checkpoint().await.unwrap().unwrap());
    let fetch = |tile: &Tile| tiles.get(&tile.to_string()).cloned().ok_or("absent");
    let refused = follow(&verifier, Some(&lost), &note, fetch).unwrap_err();
    assert!(refused.is_contradiction(), "by itself it follows no restore: {refused}");
    let (shown, restored) = follow_restored(&verifier, &lost, &note, 3, fetch).unwrap();
    assert_eq!((shown, restored), (ledger.tree_head().await.unwrap(), accepted));
    let between = follow(&verifier, None, &notes[&5], fetch).unwrap();
    follow_restored(&verifier, &between, &note, 3, fetch).unwrap();

    for index in [2, 4, 100] {
        let error = follow_restored(&verifier, &lost, &note, index, fetch).unwrap_err();
        assert!(matches!(error, Refused::NoRestore { .. }), "{index}: {error}");
    }
    let kept = follow(&verifier, None, &notes[&2], fetch).unwrap();
    let other = TreeHead { root: kept.root, ..lost };
    for seen in [other, TreeHead { size: 7, ..lost }, kept] {
        let error = follow_restored(&verifier, &seen, &note, 3, fetch).unwrap_err();
        assert!(matches!(error, Refused::OtherRestore { index: 3, .. }), "{error}");
    }
    // Another leaf than the one that was signed for.
    let forged = |tile: &Tile| {
        let mut bytes = fetch(tile)?;
        if tile.of == TileOf::Entries {
            let epoch = br#""epoch":"1""#;
            let place = bytes.windows(epoch.len()).position(|window| window == epoch).unwrap();
            bytes[place + epoch.len() - 2] = b'2';
        }
        Ok::<_, &str>(bytes)
    };
    let error = follow_restored(&verifier, &lost, &note, 3, forged).unwrap_err();
    assert!(error.is_contradiction(), "{error}");
    ledger.close().await;
}
