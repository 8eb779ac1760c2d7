//! The Merkle tree over all leaves, as RFC 6962 says: arithmetic and hashes alone.
//!
//! Where hashes are kept is `store::tree`'s business; what others read of it (tiles, bundles, receipts) has one file each.

pub(crate) mod bundle;
pub(crate) mod frontier;
pub(crate) mod path;
pub(crate) mod ranges;
#[cfg(test)]
mod tests;

use tidegate_core::digest::Digest;

/// Levels of the tree that one level of tiles holds.
pub(crate) const TILE_HEIGHT: u32 = 8;
/// Hashes of a full tile.
pub(crate) const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;

/// A full subtree: of `2^height` leaves, the `index`-th of its height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) height: u32,
    pub(crate) index: u64,
}

impl Node {
    /// Its level and index in tiles, when tiles hold it.
    pub(crate) fn in_tiles(self) -> Option<(u32, u64)> {
        self.height.is_multiple_of(TILE_HEIGHT).then_some((self.height / TILE_HEIGHT, self.index))
    }
}

/// The hash of two neighbours.
pub(crate) fn parent(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1_u8; 65];
    bytes[1..33].copy_from_slice(left.as_bytes());
    bytes[33..].copy_from_slice(right.as_bytes());
    Digest::of(&bytes)
}

/// The hash of neighbouring full subtrees, the tallest first: of nothing, what RFC 6962 says of a tree without leaves.
pub(crate) fn join(subtrees: &[Digest]) -> Digest {
    let mut from_the_right = subtrees.iter().rev();
    match from_the_right.next() {
        Some(last) => from_the_right.fold(*last, |right, left| parent(left, &right)),
        None => Digest::of(b""),
    }
}

/// The root of a full subtree whose lowest hashes these are: a power of two of them.
pub(crate) fn full(mut hashes: Vec<Digest>) -> Digest {
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).map(join).collect();
    }
    join(&hashes)
}
