//! Keys that are changed: both sign until everybody knows the new one.

use crate::{
    checkpoints::{open, sidecar, signing},
    sample,
    tree::grow,
    world::World,
};
use std::fs;
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, KeyPlace},
    config::LedgerConfig,
    note::{NoteError, Verifier},
    receipt,
    rotation::{Rotating, RotationError, begin, end},
    signing_key,
};

fn config(world: &World) -> LedgerConfig {
    LedgerConfig { checkpoints: Some(signing(world)), ..LedgerConfig::default() }
}

fn now() -> Rotating {
    Rotating { at: sample::now(), host_version: "0.1.0".parse().unwrap() }
}

fn signed(note: &str, key: &Verifier) -> bool {
    match key.text(note) {
        Ok(_) => true,
        Err(NoteError::Unsigned { .. }) => false,
        Err(other) => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn both_keys_sign_until_the_old_one_is_retired() {
    let world = World::new();
    let ledger = open(&world).await;
    let old = ledger.verifier().unwrap().clone();
    grow(&ledger, 0, 2).await;
    let before = ledger.receipt(0).await.unwrap();
    ledger.close().await;

    let new = begin(&world.place(), &config(&world), now()).await.unwrap();
    assert_eq!(new.name(), old.name(), "one ledger, one name");
    assert_ne!(new, old);
    let note = fs::read_to_string(sidecar(&world)).unwrap();
    assert!(signed(&note, &old) && signed(&note, &new), "{note}");
    let again = begin(&world.place(), &config(&world), now()).await.unwrap_err();
    assert!(matches!(&again, RotationError::UnderWay { key } if **key == new), "{again}");

    let ledger = open(&world).await;
    grow(&ledger, 10, 2).await;
    let between = ledger.receipt(0).await.unwrap();
    let added = ledger.leaf(2).await.unwrap().unwrap().text;
    assert!(added.contains(&format!("\"key\":\"{new}\"")) && added.contains("\"kind\":\"key_added\""), "{added}");
    ledger.close().await;

    assert_eq!(end(&world.place(), &config(&world), now()).await.unwrap(), old);
    let none = end(&world.place(), &config(&world), now()).await.unwrap_err();
    assert!(matches!(none, RotationError::NotBegun), "{none}");
    let ledger = open(&world).await;
    assert_eq!(ledger.verifier(), Some(&new));
    grow(&ledger, 20, 1).await;
    let after = ledger.receipt(0).await.unwrap();
    for (receipt, by_old, by_new) in [(before, true, false), (between, true, true), (after, false, true)] {
        assert_eq!(receipt::verified(&receipt, &old).is_ok(), by_old);
        assert_eq!(receipt::verified(&receipt, &new).is_ok(), by_new);
    }
    assert_eq!(ledger.verify().await.unwrap().findings, []);
    ledger.close().await;
    let KeyPlace::BesideLedger = signing(&world).key else { return };
    let file = signing_key::beside(&world.path());
    assert_eq!(signing_key::public(&file).unwrap(), new);
    assert!(!signing_key::next(&file).exists(), "the old one is forgotten");
}

#[tokio::test]
async fn what_was_begun_is_ended_with_the_same_key_and_said_once() {
    let world = World::new();
    open(&world).await.close().await;
    let file = match signing(&world).key {
        KeyPlace::BesideLedger => signing_key::beside(&world.path()),
        KeyPlace::File(file) => file,
    };
    let new = begin(&world.place(), &config(&world), now()).await.unwrap();
    // As if the machine had stopped right after the leaf.
    fs::rename(signing_key::next(&file), file.with_extension("key.pending")).unwrap();
    assert_eq!(begin(&world.place(), &config(&world), now()).await.unwrap(), new);
    let ledger = open(&world).await;
    assert_eq!(ledger.tree_head().await.unwrap().size, 1, "one leaf says it");
    ledger.close().await;
    let unsigned = LedgerConfig::default();
    assert!(matches!(begin(&world.place(), &unsigned, now()).await.unwrap_err(), RotationError::Unsigned));
    // A key of another name is of another ledger.
    let stranger = World::new();
    let elsewhere =
        CheckpointConfig { origin: Some("other.example".parse().unwrap()), key: KeyPlace::BesideLedger, sidecar: None };
    let others = stranger.try_open(LedgerConfig { checkpoints: Some(elsewhere), ..LedgerConfig::default() });
    if let Ok(others) = others.await {
        others.close().await;
        fs::copy(signing_key::beside(&stranger.path()), signing_key::next(&file)).unwrap();
        assert!(world.try_open(config(&world)).await.is_err());
    }
}
