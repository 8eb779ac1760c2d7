//! Whether the tree fits the leaves and the head, without reading every leaf.

use super::Tiles;
use crate::{
    damage::Damage,
    error::RecordError,
    proof::TreeHead,
    store::{
        Connection,
        head::{self, Head},
        unsigned,
    },
    tree::{Node, TILE_HEIGHT},
};

/// Compares root and frontier with the tiles of the right edge, and the tiles with the number of leaves and the last of them.
///
/// An altered leaf or hash further left is found by a verification of the whole.
pub(crate) async fn compare(connection: &mut Connection) -> Result<TreeHead, RecordError> {
    let Head { size, hash, .. } = head::read(connection).await?;
    let frontier = head::frontier(connection).await?;
    counts(connection, size).await?;
    let mut tiles = Tiles::new(connection);
    let (stated, found) = (frontier.root(), tiles.root(size).await?);
    if stated != found {
        return Err(RecordError::Damaged(Damage::Root { size, head: stated, found }));
    }
    match size.checked_sub(1) {
        Some(index) if Some(tiles.node(Node { height: 0, index }).await?) != hash => {
            Err(RecordError::Damaged(Damage::LastLeaf { index }))
        }
        Some(_) | None => Ok(TreeHead { size, root: found }),
    }
}

/// Whether the ledger still begins with this tree.
pub(crate) async fn begins_with(connection: &mut Connection, tree: TreeHead) -> Result<(), RecordError> {
    let found = head::read(connection).await?.size;
    if found >= tree.size && Tiles::new(connection).root(tree.size).await? == tree.root {
        return Ok(());
    }
    Err(RecordError::Damaged(Damage::Exchanged { committed: tree.size, found }))
}

/// One hash for each full subtree, at every level of tiles: by the last of each, which is quickly found.
async fn counts(connection: &mut Connection, size: u64) -> Result<(), RecordError> {
    for level in 0..u64::BITS / TILE_HEIGHT {
        let last: Option<i64> = sqlx::query_scalar("SELECT max(node_index) FROM tree_hashes WHERE level = $1")
            .bind(i64::from(level))
            .fetch_one(&mut *connection)
            .await?;
        let (expected, found) = (size >> (TILE_HEIGHT * level), last.map_or(0, |last| unsigned(last) + 1));
        if expected != found {
            return Err(RecordError::Damaged(Damage::Hashes { level, head: expected, found }));
        }
    }
    Ok(())
}
