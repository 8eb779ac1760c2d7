//! What somebody kept elsewhere, held against the record: checkpoints and receipts.

use crate::{
    checkpoints::{beside, open, signing, try_open},
    tree::{flat, grow},
    world::World,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use ct_merkle::{ConsistencyProof, RootHash};
use sha2_next::Sha256;
use std::fs;
use tidegate_ledger::{
    checkpoint::CheckpointConfig,
    ledger::{
        Ledger,
        kept::{NotExtended, NotHeld},
    },
    proof::TreeHead,
};

async fn note(ledger: &Ledger) -> String {
    ledger.checkpoint().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_record_extends_every_checkpoint_that_it_signed() {
    let world = World::new();
    let ledger = open(&world).await;
    let verifier = ledger.verifier().unwrap().clone();
    let mut notes = vec![note(&ledger).await];
    for from in [0, 1, 2, 3] {
        grow(&ledger, from, 1).await;
        notes.push(note(&ledger).await);
    }
    grow(&ledger, 4, 296).await;
    for (size, note) in notes.iter().enumerate() {
        let old = ledger.extends(note, Some(&verifier)).await.unwrap();
        assert_eq!(old.size, size as u64);
        assert_eq!(ledger.extends(note, None).await.unwrap(), old);
        if size == 0 {
            continue;
        }
        // Another implementation believes the same proof, from nothing but the texts of both checkpoints.
        let root = |note: &str, size: u64| {
            let line = note.lines().nth(2).unwrap();
            let bytes: [u8; 32] = BASE64_STANDARD.decode(line).unwrap().try_into().unwrap();
            RootHash::<Sha256>::new(bytes.into(), size)
        };
        let proof = ConsistencyProof::try_from_bytes(flat(&ledger.consistency(old.size, 300).await.unwrap())).unwrap();
        let newest = root(&self::note(&ledger).await, 300);
        newest.verify_consistency(&root(note, old.size), &proof).unwrap();
    }
    ledger.close().await;
}

/// A ledger of so many leaves, which was put back to fewer of them and went on otherwise.
async fn forked(world: &World, before: u64) -> (String, Ledger) {
    let ledger = open(world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    fs::copy(world.path(), beside(world, "copy")).unwrap();
    let ledger = open(world).await;
    grow(&ledger, 2, before - 2).await;
    let kept = note(&ledger).await;
    ledger.close().await;
    fs::copy(beside(world, "copy"), world.path()).unwrap();
    let ledger = try_open(world, CheckpointConfig { sidecar: None, ..signing(world) }).await.unwrap();
    (kept, ledger)
}

#[tokio::test]
async fn a_checkpoint_that_the_record_does_not_extend_is_told_by_why() {
    let world = World::new();
    let (kept, ledger) = forked(&world, 5).await;
    let verifier = ledger.verifier().unwrap().clone();
    let error = ledger.extends(&kept, Some(&verifier)).await.unwrap_err();
    assert_eq!(error.to_string(), "it is of 5 leaves, there are 2: this ledger is older");
    grow(&ledger, 100, 6).await;
    let error = ledger.extends(&kept, Some(&verifier)).await.unwrap_err();
    assert!(matches!(error, NotExtended::Forked { checkpoint: 5, stated, found } if stated != found), "{error}");
    assert!(error.to_string().ends_with("this is another history of the same log"), "{error}");

    let stranger = World::new();
    let elsewhere = CheckpointConfig { origin: Some("other.example/log".parse().unwrap()), ..signing(&stranger) };
    let others = try_open(&stranger, elsewhere).await.unwrap();
    let foreign = note(&others).await;
    others.close().await;
    for key in [Some(&verifier), None] {
        let error = ledger.extends(&foreign, key).await.unwrap_err().to_string();
        assert_eq!(error, "it is a checkpoint of the log `other.example/log`, this one is `gate.example/ledger`");
    }
    let touched = note(&ledger).await.replace("\n8\n", "\n7\n");
    let error = ledger.extends(&touched, Some(&verifier)).await.unwrap_err();
    assert!(matches!(error, NotExtended::Note(_)), "{error}");
    assert!(matches!(ledger.extends("no note", None).await.unwrap_err(), NotExtended::Note(_)));
    let no_checkpoint = note(&ledger).await.replace("\n8\n", "\neight\n");
    assert!(matches!(ledger.extends(&no_checkpoint, None).await.unwrap_err(), NotExtended::NotOne));
    ledger.close().await;
}

#[tokio::test]
async fn a_receipt_is_held_as_long_as_its_leaf_lies_where_it_lay() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 3).await;
    let verifier = ledger.verifier().unwrap().clone();
    let early = ledger.receipt(1).await.unwrap();
    grow(&ledger, 3, 260).await;
    let late = ledger.receipt(200).await.unwrap();
    for (receipt, index, size) in [(&early, 1, 3), (&late, 200, 263)] {
        let proven = ledger.holds(receipt, &verifier).await.unwrap();
        assert_eq!((proven.index, proven.tree.size), (index, size));
    }
    // The receipt is as good as ever; what the ledger has there is not.
    world
        .tamper("DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = body || ' ' WHERE leaf_index = 1")
        .await;
    let error = ledger.holds(&early, &verifier).await.unwrap_err();
    assert_eq!(error.to_string(), "leaf 1 is not what was recorded");
    ledger.holds(&late, &verifier).await.unwrap();
    ledger.close().await;
}

#[tokio::test]
async fn a_receipt_of_a_history_that_was_put_back_is_not_held() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 2).await;
    ledger.close().await;
    fs::copy(world.path(), beside(&world, "copy")).unwrap();
    let ledger = open(&world).await;
    grow(&ledger, 2, 3).await;
    let receipt = ledger.receipt(3).await.unwrap();
    ledger.close().await;
    fs::copy(beside(&world, "copy"), world.path()).unwrap();
    let ledger = try_open(&world, CheckpointConfig { sidecar: None, ..signing(&world) }).await.unwrap();
    let verifier = ledger.verifier().unwrap().clone();
    let error = ledger.holds(&receipt, &verifier).await.unwrap_err();
    assert_eq!(error.to_string(), "its checkpoint: it is of 5 leaves, there are 2: this ledger is older");
    grow(&ledger, 100, 6).await;
    let error = ledger.holds(&receipt, &verifier).await.unwrap_err();
    assert!(matches!(error, NotHeld::Checkpoint(NotExtended::Forked { checkpoint: 5, .. })), "{error}");
    let touched = receipt.replace("\nindex 3\n", "\nindex 2\n");
    assert!(matches!(ledger.holds(&touched, &verifier).await.unwrap_err(), NotHeld::Receipt(_)));
    ledger.close().await;
}

#[tokio::test]
async fn the_tree_without_leaves_is_where_every_record_goes_on_from() {
    let world = World::new();
    let ledger = open(&world).await;
    let empty = note(&ledger).await;
    assert_eq!(ledger.extends(&empty, None).await.unwrap(), TreeHead { size: 0, ..ledger.tree_head().await.unwrap() });
    grow(&ledger, 0, 1).await;
    assert_eq!(ledger.extends(&empty, None).await.unwrap().size, 0);
    ledger.close().await;
}
