//! The tree's hashes: written once, read as tiles.

pub(crate) mod compare;
pub(crate) mod grow;

use super::{Connection, ROWS_MAX, builder::QueryBuilder, signed, unsigned};
use crate::{
    damage::Damage,
    error::{ReadError, RecordError},
    tree::{Node, TILE_HEIGHT, TILE_WIDTH, full, join, ranges},
};
use std::{collections::BTreeMap, ops::Range};
use tidegate_core::digest::Digest;

/// Why a hash of the tree could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TreeError {
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// A subtree is full, but its hash is not there.
    #[error("the tree has no hash {index} at level {level}")]
    NoHash { level: u32, index: u64 },
}

impl From<TreeError> for ReadError {
    fn from(error: TreeError) -> Self {
        match error {
            TreeError::Store(cause) => cause.into(),
            TreeError::NoHash { level, index } => {
                Self::Altered { what: format!("hash {index} at level {level} of the tree") }
            }
        }
    }
}

impl From<TreeError> for RecordError {
    fn from(error: TreeError) -> Self {
        match error {
            TreeError::Store(cause) => cause.into(),
            TreeError::NoHash { level, index } => Self::Damaged(Damage::NoHash { level, index }),
        }
    }
}

/// Hashes of subtrees that became full, by level and index.
pub(crate) type Grown = Vec<((u32, u64), Digest)>;

pub(crate) async fn put(connection: &mut Connection, grown: &Grown) -> Result<(), sqlx::Error> {
    for rows in grown.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO tree_hashes (level, node_index, hash) ");
        insert.push_values(rows, |mut row, ((level, index), hash)| {
            row.push_bind(i64::from(*level)).push_bind(signed(*index)).push_bind(hash.as_bytes().to_vec());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Hashes of one level from the first of a range on, as many as there are without a gap.
pub(crate) async fn hashes(
    connection: &mut Connection,
    level: u32,
    range: Range<u64>,
) -> Result<Vec<Digest>, sqlx::Error> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT node_index, hash FROM tree_hashes WHERE level = $1 AND node_index >= $2 AND node_index < $3 \
         ORDER BY node_index",
    )
    .bind(i64::from(level))
    .bind(signed(range.start))
    .bind(signed(range.end))
    .fetch_all(connection)
    .await?;
    let here = rows.into_iter().zip(range).map_while(|((index, hash), expected)| {
        let hash = <[u8; 32]>::try_from(hash).ok()?;
        (unsigned(index) == expected).then(|| Digest::from_bytes(hash))
    });
    Ok(here.collect())
}

/// Reads any part of the tree from its tiles, each tile once.
///
/// Hashes are never changed, so that several statements see one tree as long as nothing beyond its size is asked for.
pub(crate) struct Tiles<'a> {
    connection: &'a mut Connection,
    read: BTreeMap<(u32, u64), Vec<Digest>>,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(connection: &'a mut Connection) -> Self {
        Self { connection, read: BTreeMap::new() }
    }

    /// The hash of a full subtree.
    pub(crate) async fn node(&mut self, node: Node) -> Result<Digest, TreeError> {
        let (level, within) = (node.height / TILE_HEIGHT, node.height % TILE_HEIGHT);
        let (first, count) = (node.index << within, 1_u64 << within);
        let tile = first / TILE_WIDTH;
        let known = match self.read.entry((level, tile)) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let range = tile * TILE_WIDTH..(tile + 1) * TILE_WIDTH;
                place.insert(hashes(self.connection, level, range).await?)
            }
        };
        let lowest = (first..first + count).map(|index| {
            let place = usize::try_from(index % TILE_WIDTH).ok().and_then(|place| known.get(place));
            place.copied().ok_or(TreeError::NoHash { level, index })
        });
        Ok(full(lowest.collect::<Result<_, _>>()?))
    }

    /// The hash of a part of the tree.
    pub(crate) async fn range(&mut self, range: Range<u64>) -> Result<Digest, TreeError> {
        let mut subtrees = Vec::new();
        for node in ranges::nodes(range) {
            subtrees.push(self.node(node).await?);
        }
        Ok(join(&subtrees))
    }

    /// The hashes of these parts.
    pub(crate) async fn ranges(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Digest>, TreeError> {
        let mut hashes = Vec::with_capacity(ranges.len());
        for range in ranges {
            hashes.push(self.range(range).await?);
        }
        Ok(hashes)
    }

    /// The root of the tree of this size.
    pub(crate) async fn root(&mut self, size: u64) -> Result<Digest, TreeError> {
        self.range(0..size).await
    }
}
