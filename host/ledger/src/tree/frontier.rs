//! The right edge of the tree: all that is needed to append to it.

use super::{Node, join, parent};
use tidegate_core::digest::Digest;

const HASH_BYTES: usize = 32;

/// The full subtrees that a tree of this size consists of, the tallest first: one for each bit of the size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Frontier {
    size: u64,
    subtrees: Vec<Digest>,
}

impl Frontier {
    /// As it was stored; none if there are more or fewer hashes than the size asks for.
    pub(crate) fn read(size: u64, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
        let fits = rest.is_empty() && u32::try_from(hashes.len()) == Ok(size.count_ones());
        fits.then(|| Self { size, subtrees: hashes.iter().copied().map(Digest::from_bytes).collect() })
    }

    /// As it is stored.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.subtrees.iter().flat_map(Digest::as_bytes).copied().collect()
    }

    /// Leaves of the tree.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> Digest {
        join(&self.subtrees)
    }

    /// Appends a leaf by its hash; `full` is told of every subtree that it makes full, the leaf itself first.
    pub(crate) fn push(&mut self, leaf: Digest, mut full: impl FnMut(Node, Digest)) {
        let (mut node, mut hash) = (Node { height: 0, index: self.size }, leaf);
        full(node, hash);
        // A right child makes its parent full.
        while node.index % 2 == 1 {
            let Some(left) = self.subtrees.pop() else { break };
            node = Node { height: node.height + 1, index: node.index / 2 };
            hash = parent(&left, &hash);
            full(node, hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }
}
