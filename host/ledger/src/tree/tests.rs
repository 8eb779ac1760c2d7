//! The tree against published vectors, and against an implementation by others.

use super::{Node, frontier::Frontier, full, join, path, ranges};
use crate::{leaf, proof::TreeHead};
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use sha2_next::Sha256;
use std::{collections::BTreeMap, ops::Range};
use tidegate_core::digest::Digest;

/// The leaves of Certificate Transparency's reference tree, and its roots from no leaf to all eight.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// A tree that keeps every full subtree.
#[derive(Default)]
struct Grown {
    frontier: Frontier,
    nodes: BTreeMap<Node, Digest>,
}

impl Grown {
    fn of<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut grown = Self::default();
        for leaf in leaves {
            grown.push(leaf);
        }
        grown
    }

    fn push(&mut self, leaf: &[u8]) {
        self.frontier.push(leaf::hash(leaf), |node, hash| {
            assert_eq!(self.nodes.insert(node, hash), None, "{node:?} was told twice");
        });
    }

    fn hash(&self, range: Range<u64>) -> Digest {
        join(&ranges::nodes(range).iter().map(|node| self.nodes[node]).collect::<Vec<_>>())
    }

    fn proof(&self, ranges: Vec<Range<u64>>) -> Vec<Digest> {
        ranges.into_iter().map(|range| self.hash(range)).collect()
    }
}

fn hexed(proof: &[Digest]) -> Vec<String> {
    proof.iter().map(Digest::hex).collect()
}

#[test]
fn roots_are_the_published_ones() {
    for (size, root) in ROOTS.iter().enumerate() {
        let grown = Grown::of(LEAVES.into_iter().take(size));
        assert_eq!(grown.frontier.root().hex(), *root, "{size}");
        assert_eq!(grown.hash(0..size as u64).hex(), *root, "{size}");
    }
}

#[test]
fn proofs_are_the_published_ones() {
    let grown = Grown::of(LEAVES);
    let inclusion = [
        ((0, 1), vec![]),
        (
            (0, 8),
            vec![
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            (5, 8),
            vec![
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ];
    for ((index, size), expected) in inclusion {
        assert_eq!(hexed(&grown.proof(ranges::inclusion(index, size))), expected, "{index} in {size}");
    }
    let consistency = [
        ((1, 1), vec![]),
        (
            (2, 5),
            vec![
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
        (
            (6, 8),
            vec![
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
    ];
    for ((old, new), expected) in consistency {
        assert_eq!(hexed(&grown.proof(ranges::consistency(old, new))), expected, "{old} to {new}");
    }
}

/// What the other implementation takes.
fn theirs(digest: Digest, size: u64) -> RootHash<Sha256> {
    RootHash::new((*digest.as_bytes()).into(), size)
}

fn flat(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(Digest::as_bytes).copied().collect()
}

fn numbered(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("leaf {n}").into_bytes()).collect()
}

#[test]
fn roots_and_paths_are_those_of_another_implementation_at_every_size() {
    let leaves = numbered(300);
    let (mut grown, mut other) = (Grown::default(), MemoryBackedTree::<Sha256, Vec<u8>>::new());
    for leaf in &leaves {
        grown.push(leaf);
        other.push(leaf.clone());
        let (size, root) = (grown.frontier.size(), other.root());
        assert_eq!(root.as_bytes()[..], grown.frontier.root().as_bytes()[..], "{size}");
        assert_eq!(Frontier::read(size, &grown.frontier.bytes()), Some(grown.frontier.clone()));
        for index in [0, size / 3, size / 2, size - 1] {
            let expected = other.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(expected.as_bytes(), flat(&grown.proof(ranges::inclusion(index, size))), "{index} in {size}");
        }
    }
}

#[test]
fn a_path_leads_to_the_root_and_no_other_one_does() {
    for size in 1..70 {
        let leaves = numbered(size);
        let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        leaves.iter().for_each(|leaf| other.push(leaf.clone()));
        let root = Digest::from_bytes(other.root().as_bytes()[..].try_into().unwrap());
        for (index, text) in leaves.iter().enumerate() {
            let theirs = other.prove_inclusion(index);
            let (hashes, _) = theirs.as_bytes().as_chunks::<32>();
            let way: Vec<Digest> = hashes.iter().copied().map(Digest::from_bytes).collect();
            let (leaf, index) = (leaf::hash(text), index as u64);
            assert_eq!(path::root(leaf, index, size, &way), Some(root), "{index} in {size}");
            assert_eq!(path::root(leaf, size, size, &way), None);
            let longer = [&way[..], &[root]].concat();
            assert_ne!(path::root(leaf, index, size, &longer), Some(root), "{index} in {size}");
            if let Some((_, shorter)) = way.split_last() {
                assert_ne!(path::root(leaf, index, size, shorter), Some(root), "{index} in {size}");
                assert_ne!(path::root(leaf, (index + 1) % size, size, &way), Some(root), "{index} in {size}");
            }
        }
    }
    assert_eq!(path::root(Digest::of(b""), 0, 0, &[]), None);
}

#[test]
fn the_published_ways_lead_from_older_trees_to_newer_ones() {
    let grown = Grown::of(LEAVES);
    let head = |size: u64| TreeHead { size, root: grown.hash(0..size) };
    for new in 0..=8 {
        for old in 0..=new {
            let way = grown.proof(ranges::consistency(old, new));
            assert!(path::leads_on(&head(old), &head(new), &way), "{old} to {new}");
            assert_eq!(path::leads_on(&head(new), &head(old), &way), old == new, "{new} to {old}");
        }
    }
}

#[test]
fn a_way_of_another_implementation_is_believed_and_a_touched_one_is_not() {
    let other = |size: u64| {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        numbered(size).into_iter().for_each(|leaf| tree.push(leaf));
        tree
    };
    for new in 2..40_u64 {
        let tree = other(new);
        let head = |root: RootHash<Sha256>, size| TreeHead {
            size,
            root: Digest::from_bytes(root.as_bytes()[..].try_into().unwrap()),
        };
        let newer = head(tree.root(), new);
        for old in 1..new {
            let older = head(other(old).root(), old);
            let theirs = tree.prove_consistency(usize::try_from(new - old).unwrap());
            let (hashes, _) = theirs.as_bytes().as_chunks::<32>();
            let way: Vec<Digest> = hashes.iter().copied().map(Digest::from_bytes).collect();
            assert!(path::leads_on(&older, &newer, &way), "{old} to {new}");
            let forked = TreeHead { size: old, root: Digest::of(b"another history") };
            assert!(!path::leads_on(&forked, &newer, &way), "{old} to {new}");
            assert!(!path::leads_on(&TreeHead { size: old + 1, ..older }, &newer, &way), "{old} to {new}");
            for place in 0..way.len() {
                let mut touched = way.clone();
                touched[place] = newer.root;
                assert!(!path::leads_on(&older, &newer, &touched), "{old} to {new}, {place}");
            }
            assert!(!path::leads_on(&older, &newer, &[&way[..], &[newer.root]].concat()), "{old} to {new}");
            assert!(!path::leads_on(&older, &newer, &way[..way.len() - 1]), "{old} to {new}");
        }
    }
}

#[test]
fn a_frontier_of_another_size_is_not_read() {
    let grown = Grown::of(LEAVES);
    let bytes = grown.frontier.bytes();
    assert_eq!(Frontier::read(7, &bytes), None);
    assert_eq!(Frontier::read(8, &bytes[1..]), None);
    assert_eq!(Frontier::read(8, &[]), None);
    // As many hashes, so only the root can tell.
    assert!(Frontier::read(4, &bytes).is_some_and(|other| other.root() == grown.frontier.root()));
}

#[test]
fn a_full_subtree_is_what_its_lowest_hashes_make() {
    let grown = Grown::of(LEAVES);
    let lowest = LEAVES.map(leaf::hash);
    assert_eq!(full(lowest.to_vec()), grown.frontier.root());
    assert_eq!(full(lowest[..1].to_vec()), lowest[0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn another_implementation_believes_every_proof_and_none_of_another_leaf(
        size in 1_u64..700, index: u64, old: u64,
    ) {
        let (index, old) = (index % size, old % size + 1);
        let leaves = numbered(size);
        let grown = Grown::of(leaves.iter().map(Vec::as_slice));
        let root = theirs(grown.frontier.root(), size);

        let path = InclusionProof::<Sha256>::from_bytes(flat(&grown.proof(ranges::inclusion(index, size))));
        let leaf = &leaves[usize::try_from(index).unwrap()];
        prop_assert!(root.verify_inclusion(leaf, index, &path).is_ok());
        prop_assert!(root.verify_inclusion(&b"another".to_vec(), index, &path).is_err());

        let before = theirs(grown.hash(0..old), old);
        let path = flat(&grown.proof(ranges::consistency(old, size)));
        prop_assert_eq!(path.is_empty(), old == size);
        if old < size {
            let path = ConsistencyProof::<Sha256>::try_from_bytes(path).unwrap();
            prop_assert!(root.verify_consistency(&before, &path).is_ok());
            prop_assert!(root.verify_consistency(&theirs(Digest::of(b"another"), old), &path).is_err());
        }
    }
}
