//! What a witness follows, and what it refuses, by nothing but checkpoints and tiles.

use crate::{checkpoints::open, tree::grow, world::World};
use std::collections::BTreeMap;
use tidegate_ledger::{
    ledger::Ledger,
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
