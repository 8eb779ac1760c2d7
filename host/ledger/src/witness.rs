//! What a witness does with a checkpoint before it cosigns: it goes on from the last one that it saw, or it is refused.
//!
//! No clock, network or file: whoever calls fetches tiles, and keeps what was seen before a cosignature leaves.

use crate::{
    checkpoint::{self, CheckpointError, Kept},
    cosignature::Witness,
    leaf,
    note::{NoteError, Verifier},
    proof::TreeHead,
    restoration::Restored,
    tile::{Tile, TileOf},
    tree::{Node, TILE_HEIGHT, TILE_WIDTH, bundle, full, join, path, ranges},
};
use std::{collections::BTreeMap, ops::Range};
use tidegate_core::digest::Digest;

/// Why a checkpoint is not cosigned; `E`: why a tile could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Refused<E> {
    /// The log did not sign it, or it is of another log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// There are fewer leaves than there were.
    #[error("the log went back: {seen} leaves were seen, now it shows {shown}")]
    RolledBack {
        /// Leaves that were seen.
        seen: u64,
        /// Leaves that are shown.
        shown: u64,
    },
    /// What is shown does not begin with what was seen.
    #[error("the log shows another history: its {shown} leaves do not begin with the {seen} that were seen")]
    Forked {
        /// Leaves that were seen.
        seen: u64,
        /// Leaves that are shown.
        shown: u64,
    },
    /// The log does not say there that it was restored.
    #[error("leaf {index} is no restore")]
    NoRestore {
        /// As asked.
        index: u64,
    },
    /// It was restored, but what was seen is not what was lost.
    #[error(
        "leaf {index} says that of {lost} leaves {kept} were kept; the {seen} that were seen are not among the lost ones"
    )]
    OtherRestore {
        /// Of the leaf.
        index: u64,
        /// Leaves that were seen.
        seen: u64,
        /// Leaves that were kept.
        kept: u64,
        /// Leaves before.
        lost: u64,
    },
    /// A tile could not be fetched.
    #[error("tile `{tile}`: {cause}")]
    Fetch {
        /// Which.
        tile: Tile,
        /// Why.
        cause: E,
    },
    /// A tile has another length than it should.
    #[error("tile `{tile}` has {found} bytes, {expected} expected")]
    Length {
        /// Which.
        tile: Tile,
        /// Its bytes.
        found: usize,
        /// As its width asks for.
        expected: u64,
    },
}

impl<E> Refused<E> {
    /// Whether the log contradicts what it signed before: nothing that passes.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(self, Self::RolledBack { .. } | Self::Forked { .. })
    }
}

/// What a witness kept of the last time: a checkpoint of that log that it cosigned itself.
pub fn seen(log: &Verifier, witness: &Witness, kept: &str, place: &Kept) -> Result<TreeHead, CheckpointError> {
    let not_own = |cause: NoteError| CheckpointError::Note { kept: place.clone(), cause };
    witness.saw(kept).map_err(not_own)?;
    checkpoint::verified(log, kept, place)
}

/// The tree of a checkpoint that goes on from the last one seen; the first one of all is taken as it is.
pub fn follow<E>(
    log: &Verifier,
    seen: Option<&TreeHead>,
    note: &str,
    fetch: impl FnMut(&Tile) -> Result<Vec<u8>, E>,
) -> Result<TreeHead, Refused<E>> {
    let shown = checkpoint::verified(log, note, &Kept::Served)?;
    let Some(seen) = seen else { return Ok(shown) };
    if shown.size < seen.size {
        return Err(Refused::RolledBack { seen: seen.size, shown: shown.size });
    }
    let way = Tiles::new(shown.size, fetch).ranges(ranges::consistency(seen.size, shown.size))?;
    if path::leads_on(seen, &shown, &way) {
        return Ok(shown);
    }
    Err(Refused::Forked { seen: seen.size, shown: shown.size })
}

/// The same where leaves that were seen are lost: when the log itself says so, in a leaf at this index that two admins made it record. Whoever
/// calls was told by people whom they believe that there was such a restore; a log that is believed by its own word could cut what it likes.
pub fn follow_restored<E>(
    log: &Verifier,
    seen: &TreeHead,
    note: &str,
    index: u64,
    fetch: impl FnMut(&Tile) -> Result<Vec<u8>, E>,
) -> Result<(TreeHead, Restored), Refused<E>> {
    let shown = checkpoint::verified(log, note, &Kept::Served)?;
    let mut tiles = Tiles::new(shown.size, fetch);
    let leaf = tiles.leaf(index)?.ok_or(Refused::NoRestore { index })?;
    let way = tiles.ranges(ranges::inclusion(index, shown.size))?;
    if path::root(leaf::hash(leaf.as_bytes()), index, shown.size, &way) != Some(shown.root) {
        return Err(Refused::Forked { seen: seen.size, shown: shown.size });
    }
    let restored = Restored::read(index, &leaf).ok().flatten().ok_or(Refused::NoRestore { index })?;
    if restored.restored.size != index || !restored.lost(seen) {
        return Err(Refused::OtherRestore {
            index,
            seen: seen.size,
            kept: restored.restored.size,
            lost: restored.lost.size,
        });
    }
    let way = tiles.ranges(ranges::consistency(index, shown.size))?;
    if path::leads_on(&restored.restored, &shown, &way) {
        return Ok((shown, restored));
    }
    Err(Refused::Forked { seen: seen.size, shown: shown.size })
}

/// Parts of a tree of that size from tiles that somebody else holds, each fetched once. What they hold is believed by no one: proofs
/// made of them are verified.
struct Tiles<F> {
    size: u64,
    fetch: F,
    read: BTreeMap<(u32, u64), Vec<Digest>>,
}

impl<F> Tiles<F> {
    fn new(size: u64, fetch: F) -> Self {
        Self { size, fetch, read: BTreeMap::new() }
    }

    fn ranges<E>(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Digest>, Refused<E>>
    where
        F: FnMut(&Tile) -> Result<Vec<u8>, E>,
    {
        ranges.into_iter().map(|range| self.range(range)).collect()
    }

    fn range<E>(&mut self, range: Range<u64>) -> Result<Digest, Refused<E>>
    where
        F: FnMut(&Tile) -> Result<Vec<u8>, E>,
    {
        let subtrees = ranges::nodes(range).into_iter().map(|node| self.node(node));
        Ok(join(&subtrees.collect::<Result<Vec<_>, _>>()?))
    }

    fn node<E>(&mut self, node: Node) -> Result<Digest, Refused<E>>
    where
        F: FnMut(&Tile) -> Result<Vec<u8>, E>,
    {
        let (level, within) = (node.height / TILE_HEIGHT, node.height % TILE_HEIGHT);
        let (first, count) = (node.index << within, 1_u64 << within);
        let hashes = self.tile(level, first / TILE_WIDTH)?;
        let lowest = hashes.iter().copied().skip(usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX));
        Ok(full(lowest.take(usize::try_from(count).unwrap_or(usize::MAX)).collect()))
    }

    /// A leaf, as an entry bundle has it; none where the bundle or the tree ends before.
    fn leaf<E>(&mut self, index: u64) -> Result<Option<String>, Refused<E>>
    where
        F: FnMut(&Tile) -> Result<Vec<u8>, E>,
    {
        if index >= self.size {
            return Ok(None);
        }
        let (bundle, place) = (index / TILE_WIDTH, index % TILE_WIDTH);
        let width = (self.size - bundle * TILE_WIDTH).min(TILE_WIDTH);
        let tile = Tile { of: TileOf::Entries, index: bundle, width };
        let bytes = (self.fetch)(&tile).map_err(|cause| Refused::Fetch { tile, cause })?;
        let leaf = usize::try_from(place).ok().and_then(|place| bundle::leaf(&bytes, place));
        Ok(leaf.map(str::to_owned))
    }

    fn tile<E>(&mut self, level: u32, index: u64) -> Result<&[Digest], Refused<E>>
    where
        F: FnMut(&Tile) -> Result<Vec<u8>, E>,
    {
        if !self.read.contains_key(&(level, index)) {
            let there = (self.size >> (level * TILE_HEIGHT)).saturating_sub(index * TILE_WIDTH);
            let tile = Tile { of: TileOf::Hashes(level), index, width: there.min(TILE_WIDTH) };
            let bytes = (self.fetch)(&tile).map_err(|cause| Refused::Fetch { tile, cause })?;
            let (hashes, rest) = bytes.as_chunks::<32>();
            if !rest.is_empty() || hashes.len() as u64 != tile.width {
                return Err(Refused::Length { tile, found: bytes.len(), expected: tile.width * 32 });
            }
            self.read.insert((level, index), hashes.iter().copied().map(Digest::from_bytes).collect());
        }
        Ok(self.read.get(&(level, index)).map_or(&[], Vec::as_slice))
    }
}
