//! The tree that the writer keeps: grown with every commit, the same whatever the commits were, and checked when opened.

use crate::{
    backend::replacing,
    sample,
    world::{World, record},
};
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use sha2_next::Sha256;
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    config::LedgerConfig,
    damage::Damage,
    error::LedgerError,
    ledger::Ledger,
    proof::{ProofError, TreeHead},
    tile::{Tile, TileOf},
};
use tokio::task::JoinSet;

/// Records so many at once: commits of whatever size the writer makes of them.
pub(crate) async fn grow(ledger: &Ledger, from: u64, count: u64) {
    let mut sent = JoinSet::new();
    for n in from..from + count {
        let ledger = ledger.clone();
        sent.spawn(async move { ledger.record(record(&format!("d{n}"), sample::judgement())).await });
    }
    for recorded in sent.join_all().await {
        recorded.unwrap();
    }
}

async fn leaves(ledger: &Ledger) -> Vec<String> {
    let mut leaves = Vec::new();
    while let Some(leaf) = ledger.leaf(leaves.len() as u64).await.unwrap() {
        leaves.push(leaf.text.to_string());
    }
    leaves
}

fn tree(leaves: &[String]) -> MemoryBackedTree<Sha256, String> {
    let mut tree = MemoryBackedTree::new();
    for leaf in leaves {
        tree.push(leaf.clone());
    }
    tree
}

fn theirs(digest: Digest, size: u64) -> RootHash<Sha256> {
    RootHash::new((*digest.as_bytes()).into(), size)
}

pub(crate) fn flat(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(Digest::as_bytes).copied().collect()
}

#[tokio::test]
async fn a_ledger_without_leaves_has_the_published_root() {
    let world = World::new();
    let ledger = world.open().await;
    assert_eq!(ledger.tree_head().await.unwrap(), TreeHead { size: 0, root: Digest::of(b"") });
    ledger.close().await;
}

#[tokio::test]
async fn after_every_commit_the_root_is_that_of_another_implementation() {
    let world = World::new();
    let (mut ledger, mut from) = (world.open().await, 0);
    for count in [1, 2, 1, 12, 250, 1, 260] {
        grow(&ledger, from, count).await;
        from += count;
        let (head, other) = (ledger.tree_head().await.unwrap(), tree(&leaves(&ledger).await));
        assert_eq!((head.size, head.root.as_bytes()[..].to_vec()), (from, other.root().as_bytes()[..].to_vec()));
        ledger.close().await;
        ledger = world.open().await;
        assert_eq!(ledger.tree_head().await.unwrap(), head);
    }
    ledger.close().await;
}

#[tokio::test]
async fn another_implementation_believes_proofs_that_are_read_from_tiles() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 530).await;
    let leaves = leaves(&ledger).await;
    for size in [1, 2, 7, 255, 256, 257, 511, 512, 513, 530] {
        let root = theirs(ledger.root(size).await.unwrap(), size);
        assert_eq!(root, tree(&leaves[..usize::try_from(size).unwrap()]).root());
        for index in [0, size / 2, size - 1] {
            let proof = InclusionProof::from_bytes(flat(&ledger.inclusion(index, size).await.unwrap()));
            root.verify_inclusion(&leaves[usize::try_from(index).unwrap()], index, &proof).unwrap();
        }
        for old in [1, 2, 100, 255, 256, 400].into_iter().filter(|old| *old < size) {
            let proof = ConsistencyProof::try_from_bytes(flat(&ledger.consistency(old, size).await.unwrap())).unwrap();
            root.verify_consistency(&theirs(ledger.root(old).await.unwrap(), old), &proof).unwrap();
        }
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_proof_of_what_is_not_there_is_refused_with_both_numbers() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 3).await;
    let said = |error: ProofError| error.to_string();
    assert_eq!(ledger.inclusion(3, 3).await.map_err(said).unwrap_err(), "leaf 3 is not in a tree of 3 leaves");
    let larger = "a tree of 4 leaves is asked for, there is one of 3";
    assert_eq!(ledger.inclusion(0, 4).await.map_err(said).unwrap_err(), larger);
    assert_eq!(ledger.consistency(1, 4).await.map_err(said).unwrap_err(), larger);
    assert_eq!(ledger.consistency(4, 3).await.map_err(said).unwrap_err(), larger);
    assert_eq!(ledger.consistency(0, 3).await.unwrap(), []);
    ledger.close().await;
}

#[tokio::test]
async fn tiles_hold_the_hashes_and_bundles_the_leaves() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 300).await;
    let leaves = leaves(&ledger).await;
    let hashes: Vec<Digest> = leaves.iter().map(|leaf| Digest::of(&[b"\0", leaf.as_bytes()].concat())).collect();
    let tile = async |path: &str| ledger.tile(&path.parse().unwrap()).await.unwrap();
    assert_eq!(tile("0/000").await.unwrap(), flat(&hashes[..256]));
    assert_eq!(tile("0/001.p/44").await.unwrap(), flat(&hashes[256..]));
    assert_eq!(tile("0/001.p/7").await.unwrap(), flat(&hashes[256..263]));
    assert_eq!(tile("1/000.p/1").await.unwrap(), flat(&[ledger.root(256).await.unwrap()]));
    for absent in ["0/001", "0/001.p/45", "0/002.p/1", "1/000", "1/000.p/2", "2/000.p/1", "entries/001.p/45"] {
        assert_eq!(tile(absent).await, None, "{absent}");
    }
    let mut bundle = &tile("entries/001.p/44").await.unwrap()[..];
    for leaf in &leaves[256..] {
        let (length, rest) = bundle.split_at(2);
        let (entry, rest) = rest.split_at(usize::from(u16::from_be_bytes(length.try_into().unwrap())));
        assert_eq!(entry, leaf.as_bytes());
        bundle = rest;
    }
    assert_eq!(bundle, b"");
    let beyond = Tile { of: TileOf::Hashes(0), index: u64::MAX, width: 256 };
    assert_eq!(ledger.tile(&beyond).await.unwrap(), None);
    ledger.close().await;
}

/// As a ledger was before there were trees.
const TREELESS: &str = "DROP TRIGGER tree_hashes_are_not_deleted; DROP TRIGGER head_keeps_its_tree; DELETE FROM tree_hashes; \
                        UPDATE head SET root = NULL, frontier = NULL; ";

#[tokio::test]
async fn a_ledger_older_than_trees_gets_its_tree_when_it_is_opened() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 270).await;
    let before = (ledger.tree_head().await.unwrap(), ledger.inclusion(5, 270).await.unwrap());
    ledger.close().await;
    world.tamper(TREELESS).await;
    let ledger = world.open().await;
    assert_eq!((ledger.tree_head().await.unwrap(), ledger.inclusion(5, 270).await.unwrap()), before);
    grow(&ledger, 270, 1).await;
    assert_eq!(ledger.tree_head().await.unwrap().size, 271);
    ledger.close().await;
}

async fn damage(sql: &str) -> Damage {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 5).await;
    ledger.close().await;
    world.tamper(sql).await;
    match world.try_open(LedgerConfig::default()).await.unwrap_err() {
        LedgerError::Damaged { cause, .. } => cause,
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn a_leaf_that_was_altered_before_there_was_a_tree_gets_none() {
    let sql = "DROP TRIGGER tree_hashes_are_not_deleted; DROP TRIGGER head_keeps_its_tree; DELETE FROM tree_hashes; \
               UPDATE head SET root = NULL, frontier = NULL; DROP TRIGGER leaves_are_not_updated; \
               UPDATE leaves SET body = replace(body, 'REMEDIATE', 'DEPLOY') WHERE leaf_index = 1";
    assert_eq!(damage(sql).await, Damage::Leaf { index: 1 });
}

#[tokio::test]
async fn a_tree_that_does_not_fit_its_leaves_is_found_when_opening() {
    const DELETE: &str = "DROP TRIGGER tree_hashes_are_not_deleted; DELETE FROM tree_hashes WHERE node_index = ";
    const UPDATE: &str =
        "DROP TRIGGER tree_hashes_are_not_updated; UPDATE tree_hashes SET hash = zeroblob(32) WHERE node_index = ";
    let last = &format!("{DELETE}4");
    assert_eq!(damage(last).await, Damage::Hashes { level: 0, head: 5, found: 4 });
    let middle = &format!("{DELETE}2");
    assert_eq!(damage(middle).await, Damage::NoHash { level: 0, index: 2 });
    for index in ["0", "4"] {
        let altered = &format!("{UPDATE}{index}");
        assert!(matches!(damage(altered).await, Damage::Root { size: 5, .. }), "{index}");
    }
    for sql in [
        "UPDATE head SET root = zeroblob(32)",
        "UPDATE head SET frontier = zeroblob(64)",
        "UPDATE head SET frontier = zeroblob(32)",
    ] {
        assert_eq!(damage(sql).await, Damage::Frontier { size: 5 }, "{sql}");
    }
    let more = "INSERT INTO tree_hashes VALUES (0, 5, zeroblob(32))";
    assert_eq!(damage(more).await, Damage::Hashes { level: 0, head: 5, found: 6 });
    let higher = "INSERT INTO tree_hashes VALUES (3, 0, zeroblob(32))";
    assert_eq!(damage(higher).await, Damage::Hashes { level: 3, head: 0, found: 1 });
}

#[tokio::test]
async fn the_tree_is_append_only() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 3).await;
    ledger.close().await;
    for sql in [
        "UPDATE tree_hashes SET hash = zeroblob(32)",
        "DELETE FROM tree_hashes",
        &replacing("tree_hashes"),
        "UPDATE head SET root = NULL",
        "UPDATE head SET frontier = NULL",
    ] {
        let error = world.try_tamper(sql).await.unwrap_err().to_string();
        assert!(error.contains("append-only") || error.contains("does not go back"), "{sql}: {error}");
    }
    world.open().await.close().await;
}
