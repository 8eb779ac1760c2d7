//! How many leaves there are, and the root and frontier of the tree over them.

use super::{Connection, leaves, signed, unsigned};
use crate::{
    damage::Damage,
    error::{ReadError, RecordError},
    leaf,
    proof::TreeHead,
    tree::frontier::Frontier,
};
use tidegate_core::{digest::Digest, time::Timestamp};

/// Before every leaf.
const NEVER: Timestamp = Timestamp::from_nanos(0);

/// Where the ledger ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) size: u64,
    pub(crate) hash: Option<Digest>,
    /// When the last leaf was recorded; the beginning of time before the first one.
    pub(crate) at: Timestamp,
}

/// What the head says, and when its last leaf was recorded. `known` is what was so a moment ago: where nothing was appended since, no leaf is read.
pub(crate) async fn with_moment(connection: &mut Connection, known: Option<Head>) -> Result<Head, RecordError> {
    let head = read(connection).await?;
    if let Some(known) = known.filter(|known| known.size == head.size && known.hash == head.hash) {
        return Ok(known);
    }
    let Some(last) = head.size.checked_sub(1) else { return Ok(head) };
    let leaf = leaves::at(connection, last).await?;
    let at = leaf.and_then(|leaf| leaf::moment(&leaf.text)).unwrap_or(NEVER);
    Ok(Head { at, ..head })
}

/// What the head says.
pub(crate) async fn read(connection: &mut Connection) -> Result<Head, RecordError> {
    let row: Option<(i64, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT size, hash FROM head WHERE \"only\" = 1").fetch_optional(connection).await?;
    let (size, hash) = row.ok_or(RecordError::Damaged(Damage::NoHead))?;
    let hash = hash.and_then(|hash| <[u8; 32]>::try_from(hash).ok()).map(Digest::from_bytes);
    Ok(Head { size: unsigned(size), hash, at: NEVER })
}

/// Whether there is a tree: none in a ledger that was never opened since there are trees.
pub(crate) async fn has_tree(connection: &mut Connection) -> Result<bool, RecordError> {
    let root: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("SELECT root FROM head WHERE \"only\" = 1").fetch_optional(connection).await?;
    Ok(root.ok_or(RecordError::Damaged(Damage::NoHead))?.is_some())
}

/// Size, root, frontier.
type TreeRow = (i64, Option<Vec<u8>>, Option<Vec<u8>>);

/// The frontier, which has to make the root that stands beside it.
pub(crate) async fn frontier(connection: &mut Connection) -> Result<Frontier, RecordError> {
    let row: Option<TreeRow> =
        sqlx::query_as("SELECT size, root, frontier FROM head WHERE \"only\" = 1").fetch_optional(connection).await?;
    let (size, root, frontier) = row.ok_or(RecordError::Damaged(Damage::NoHead))?;
    let size = unsigned(size);
    Frontier::read(size, &frontier.unwrap_or_default())
        .filter(|frontier| root.as_deref() == Some(frontier.root().as_bytes().as_slice()))
        .ok_or(RecordError::Damaged(Damage::Frontier { size }))
}

/// What is said of the tree to whoever asks.
pub(crate) async fn tree(connection: &mut Connection) -> Result<TreeHead, ReadError> {
    let (size, root): (i64, Option<Vec<u8>>) =
        sqlx::query_as("SELECT size, root FROM head WHERE \"only\" = 1").fetch_one(connection).await?;
    let root = root.and_then(|root| <[u8; 32]>::try_from(root).ok()).map(Digest::from_bytes);
    let root = root.ok_or_else(|| ReadError::Altered { what: "the head".to_owned() })?;
    Ok(TreeHead { size: unsigned(size), root })
}

/// How many leaves the head counts, and how many the last leaf's index asks for: of one moment.
pub(crate) async fn counts(connection: &mut Connection) -> Result<(u64, u64), sqlx::Error> {
    let (head, last): (i64, Option<i64>) =
        sqlx::query_as("SELECT size, (SELECT max(leaf_index) FROM leaves) FROM head WHERE \"only\" = 1")
            .fetch_one(connection)
            .await?;
    Ok((unsigned(head), last.map_or(0, |last| unsigned(last) + 1)))
}

/// Moves the head, and the tree's with it when it grew, unless somebody else did.
pub(crate) async fn advance(
    connection: &mut Connection,
    from: Head,
    to: Head,
    grown: Option<&Frontier>,
) -> Result<(), RecordError> {
    let moved = sqlx::query(
        "UPDATE head SET size = $1, hash = $2, root = COALESCE($3, root), frontier = COALESCE($4, frontier) \
         WHERE \"only\" = 1 AND size = $5",
    )
    .bind(signed(to.size))
    .bind(to.hash.map(|hash| hash.as_bytes().to_vec()))
    .bind(grown.map(|frontier| frontier.root().as_bytes().to_vec()))
    .bind(grown.map(Frontier::bytes))
    .bind(signed(from.size))
    .execute(&mut *connection)
    .await?;
    if moved.rows_affected() == 1 {
        return Ok(());
    }
    let found = read(connection).await?.size;
    Err(RecordError::Damaged(Damage::Count { head: found, found: from.size }))
}

/// Compares the head with the leaves: one for each index, and the last as it was recorded.
pub(crate) async fn compare(connection: &mut Connection) -> Result<(), RecordError> {
    let head = read(connection).await?;
    let (count, first, last): (i64, Option<i64>, Option<i64>) =
        sqlx::query_as("SELECT (SELECT count(*) FROM leaves), (SELECT min(leaf_index) FROM leaves), (SELECT max(leaf_index) FROM leaves)")
            .fetch_one(&mut *connection)
            .await?;
    let found = unsigned(count);
    if found != head.size {
        return Err(RecordError::Damaged(Damage::Count { head: head.size, found }));
    }
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(());
    };
    let (first, last) = (unsigned(first), unsigned(last));
    if first != 0 || last != found - 1 {
        return Err(RecordError::Damaged(Damage::Gap { first, last, found }));
    }
    let body: String = sqlx::query_scalar("SELECT body FROM leaves WHERE leaf_index = $1")
        .bind(signed(last))
        .fetch_one(connection)
        .await?;
    if head.hash == Some(leaf::hash(body.as_bytes())) {
        return Ok(());
    }
    Err(RecordError::Damaged(Damage::LastLeaf { index: last }))
}
