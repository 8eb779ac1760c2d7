//! The tree grows with each commit; a ledger older than trees gets its tree when it is opened.

use super::{Grown, put};
use crate::{
    damage::Damage,
    error::RecordError,
    leaf,
    store::{
        Connection, dialect,
        head::{self, Head},
        leaves,
    },
    tree::frontier::Frontier,
};
use tidegate_core::digest::Digest;

/// Appends leaves by their hashes, in the order of their indexes.
pub(crate) async fn append(
    connection: &mut Connection,
    frontier: &mut Frontier,
    leaves: impl IntoIterator<Item = Digest>,
) -> Result<(), sqlx::Error> {
    let mut grown = Grown::new();
    for leaf in leaves {
        frontier.push(leaf, |node, hash| grown.extend(node.in_tiles().map(|place| (place, hash))));
    }
    put(connection, &grown).await
}

/// Builds the tree of a ledger that has none. All of it or nothing: one transaction, and pages of leaves in memory.
pub(crate) async fn build(connection: &mut Connection) -> Result<(), RecordError> {
    if head::has_tree(connection).await? {
        return Ok(());
    }
    let mut transaction = dialect::begin(connection).await?;
    let end = head::read(&mut transaction).await?;
    let mut frontier = Frontier::default();
    while frontier.size() < end.size {
        let hashes = page(&mut transaction, frontier.size(), end).await?;
        append(&mut transaction, &mut frontier, hashes).await?;
    }
    head::advance(&mut transaction, end, end, Some(&frontier)).await?;
    transaction.commit().await?;
    Ok(())
}

/// The hashes of the next leaves, made from the leaves: what was altered before it had a tree must not get one.
async fn page(connection: &mut Connection, from: u64, end: Head) -> Result<Vec<Digest>, RecordError> {
    let page = leaves::unverified(connection, from..end.size).await?;
    let mut hashes = Vec::with_capacity(page.len());
    for (leaf, expected) in page.into_iter().zip(from..end.size) {
        let hash = leaf::hash(&leaf.body);
        if leaf.index != expected || leaf.hash != hash.as_bytes() {
            return Err(RecordError::Damaged(Damage::Leaf { index: expected }));
        }
        hashes.push(hash);
    }
    if hashes.is_empty() {
        return Err(RecordError::Damaged(Damage::Count { head: end.size, found: from }));
    }
    Ok(hashes)
}
