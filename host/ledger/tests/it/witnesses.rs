//! What a witness follows, and what it refuses, by nothing but checkpoints and tiles.

use crate::{
    checkpoints::{beside, open},
    sample,
    tree::grow,
    world::World,
};
use std::{collections::BTreeMap, time::Duration};
use tidegate_ledger::{
    cosignature::Cosigner,
    ledger::{Ledger, witnesses::NotCosigned},
    proof::TreeHead,
    tile::{Tile, TileOf},
    witness::{Refused, follow},
};

/// All tiles of a ledger as it is.
pub(crate) async fn tiles(ledger: &Ledger) -> BTreeMap<String, Vec<u8>> {
    let (mut tiles, size) = (BTreeMap::new(), ledger.tree_head().await.unwrap().size);
    for of in [TileOf::Hashes(0), TileOf::Hashes(1), TileOf::Entries] {
        for index in 0..=size / 256 {
            for width in [256, size % 256, size >> 8] {
                let tile = Tile { of, index, width };
                if let Some(bytes) = ledger.tile(&tile).await.unwrap() {
                    tiles.insert(tile.to_string(), bytes);
                }
            }
        }
    }
    tiles
}

#[tokio::test]
async fn a_witness_follows_what_goes_on_by_tiles_alone() {
    let world = World::new();
    let ledger = open(&world).await;
    let verifier = ledger.verifier().unwrap().clone();
    let mut seen: Option<TreeHead> = None;
    for (from, count) in [(0, 1), (1, 6), (7, 249), (256, 1), (257, 0), (257, 43)] {
        grow(&ledger, from, count).await;
        let (tiles, note) = (tiles(&ledger).await, ledger.checkpoint().await.unwrap().unwrap());
        let fetch = |tile: &Tile| tiles.get(&tile.to_string()).cloned().ok_or("absent");
        let shown = follow(&verifier, seen.as_ref(), &note, fetch).unwrap();
        assert_eq!(shown, ledger.tree_head().await.unwrap());
        if let Some(seen) = seen.filter(|seen| seen.size < shown.size) {
            let forked = TreeHead { root: shown.root, ..seen };
            let refused = follow(&verifier, Some(&forked), &note, fetch).unwrap_err();
            assert!(refused.is_contradiction(), "{refused}");
            let absent = follow(&verifier, Some(&seen), &note, |_| Err::<Vec<u8>, _>("absent")).unwrap_err();
            assert!(matches!(absent, Refused::Fetch { cause: "absent", .. }), "{absent}");
            let short = follow(&verifier, Some(&seen), &note, |_| Ok::<_, &str>(vec![0; 31])).unwrap_err();
            assert!(matches!(short, Refused::Length { found: 31, .. }) && !short.is_contradiction(), "{short}");
            let forged = follow(&verifier, Some(&seen), &note, |tile| Ok::<_, &str>(vec![7; 32 * tile.width as usize]));
            assert!(matches!(forged.unwrap_err(), Refused::Forked { .. }));
        }
        let ahead = TreeHead { size: shown.size + 1, ..shown };
        let back = follow(&verifier, Some(&ahead), &note, fetch).unwrap_err();
        assert!(matches!(back, Refused::RolledBack { .. }) && back.is_contradiction(), "{back}");
        seen = Some(shown);
    }
    ledger.close().await;
}

#[tokio::test]
async fn of_each_witness_the_last_cosignature_is_kept() {
    let world = World::new();
    let ledger = open(&world).await;
    let [one, other] = ["one", "other"].map(|name| Cosigner::make(&beside(&world, name), name).unwrap());
    let known = [one.witness().clone(), other.witness().clone()];
    let at = |seconds| sample::now().plus(Duration::from_secs(seconds));
    let note = async || ledger.checkpoint().await.unwrap().unwrap();
    grow(&ledger, 0, 2).await;
    let early = one.cosign(&note().await, at(10)).unwrap();
    ledger.cosigned(early.clone(), &known, at(11)).await.unwrap();
    grow(&ledger, 2, 1).await;
    let late = other.cosign(&note().await, at(20)).unwrap();
    ledger.cosigned(late, &known, at(21)).await.unwrap();
    let again = one.cosign(&note().await, at(30)).unwrap();
    ledger.cosigned(again, &known, at(25)).await.unwrap();
    // What somebody sends once more is no newer.
    ledger.cosigned(early.clone(), &known, at(40)).await.unwrap();
    let kept: Vec<_> = ledger
        .cosignatures()
        .await
        .unwrap()
        .into_iter()
        .map(|kept| (kept.witness.clone(), kept.size, kept.at()))
        .collect();
    let whole = |seconds| tidegate_core::time::Timestamp::parse(&format!("2026-03-31T14:30:{seconds}Z")).unwrap();
    assert_eq!(kept, [(known[0].to_string(), 3, at(25)), (known[1].to_string(), 3, whole(20))]);

    let stranger = ledger.cosigned(early.clone(), &known[1..], at(50)).await.unwrap_err();
    assert!(matches!(stranger, NotCosigned::Unknown), "{stranger}");
    let touched = early.replace("\n2\n", "\n1\n");
    assert!(matches!(ledger.cosigned(touched, &known, at(50)).await.unwrap_err(), NotCosigned::Checkpoint(_)));
    let elsewhere = World::new();
    let others = open(&elsewhere).await;
    let foreign = others.cosigned(early, &known, at(50)).await.unwrap_err();
    assert!(matches!(foreign, NotCosigned::Checkpoint(_)), "{foreign}");
    others.close().await;
    ledger.close().await;
}
