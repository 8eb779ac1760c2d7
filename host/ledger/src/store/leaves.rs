//! Leaves, appended and read.

use super::{
    Connection, DbRow,
    builder::{QueryBuilder, insert},
    kind::Kind,
    signed, unsigned,
};
use crate::{
    error::ReadError, id::DecisionId, leaf, leaf_size::LEAF_BYTES_MAX, shape::numbers::moment_text, stored::Leaf,
};
use sqlx::{AssertSqlSafe, Row as _};
use std::ops::Range;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Leaves that are read at a time where all of them are: 4 MiB at most.
pub(crate) const PAGE: i64 = 64;

/// A leaf to be appended.
#[derive(Debug)]
pub(crate) struct New {
    pub(crate) index: u64,
    pub(crate) kind: leaf::Kind,
    pub(crate) hash: Digest,
    pub(crate) body: String,
}

/// Appends leaves, in the order of their indexes.
pub(crate) async fn append(connection: &mut Connection, new: &[New]) -> Result<(), sqlx::Error> {
    let columns = ("leaves", &["leaf_index", "kind", "hash", "body"][..]);
    insert(connection, columns, new, "", |mut row, New { index, kind, hash, body }| {
        row.push_bind(signed(*index))
            .push_bind(kind.word())
            .push_bind(hash.as_bytes().to_vec())
            .push_bind(body.clone());
    })
    .await
}

/// The leaf at this index, verified against its hash.
pub(crate) async fn at(connection: &mut Connection, index: u64) -> Result<Option<Leaf>, ReadError> {
    let row = sqlx::query("SELECT leaf_index, hash, body FROM leaves WHERE leaf_index = $1")
        .bind(signed(index))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(verified).transpose()
}

/// The leaves of a range, verified against their hashes, as many as there are without a gap.
pub(crate) async fn range(connection: &mut Connection, range: Range<u64>) -> Result<Vec<Leaf>, ReadError> {
    let rows = sqlx::query(
        "SELECT leaf_index, hash, body FROM leaves WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index",
    )
    .bind(signed(range.start))
    .bind(signed(range.end))
    .fetch_all(connection)
    .await?;
    let mut leaves = Vec::with_capacity(rows.len());
    for (row, expected) in rows.iter().zip(range) {
        let leaf = verified(row)?;
        if leaf.index != expected {
            return Err(ReadError::Altered { what: format!("leaf {expected}") });
        }
        leaves.push(leaf);
    }
    Ok(leaves)
}

/// A leaf as the database has it, whatever that is, and the tree's hash for its index.
pub(crate) struct Unverified {
    pub(crate) index: u64,
    pub(crate) kind: Vec<u8>,
    pub(crate) hash: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) in_tree: Option<Vec<u8>>,
}

/// The next leaves of a range, a page at most, and none longer than a leaf can be.
pub(crate) async fn unverified(connection: &mut Connection, range: Range<u64>) -> Result<Vec<Unverified>, sqlx::Error> {
    let db = Kind::of(connection);
    let (kind, body) = (db.bytes_of_text("l.kind"), db.bytes_of_text("l.body"));
    let (hash, in_tree) = (db.bytes_of("l.hash"), db.bytes_of("t.hash"));
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT l.leaf_index, substr({kind}, 1, 64) AS kind, substr({hash}, 1, 64) AS hash, \
         substr({body}, 1, CAST($4 AS INTEGER)) AS body, substr({in_tree}, 1, 64) AS in_tree FROM leaves l LEFT JOIN tree_hashes t ON t.level = 0 AND t.node_index = l.leaf_index \
         WHERE l.leaf_index >= $1 AND l.leaf_index < $2 ORDER BY l.leaf_index LIMIT $3",
    )))
    .bind(signed(range.start))
    .bind(signed(range.end))
    .bind(PAGE)
    // One byte more than any leaf has: what is longer is not what was recorded, and need not be read to its end.
    .bind(signed(LEAF_BYTES_MAX as u64 + 1))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Unverified {
                index: unsigned(row.try_get("leaf_index")?),
                kind: row.try_get("kind")?,
                hash: row.try_get("hash")?,
                body: row.try_get("body")?,
                in_tree: row.try_get("in_tree")?,
            })
        })
        .collect()
}

/// The leaf of this decision, verified against its hash.
pub(crate) async fn of_decision(connection: &mut Connection, id: &str) -> Result<Option<Leaf>, ReadError> {
    let row = sqlx::query(
        "SELECT l.leaf_index, l.hash, l.body FROM decisions d JOIN leaves l ON l.leaf_index = d.leaf_index WHERE d.id = $1",
    )
    .bind(id.to_owned())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(verified).transpose()
}

/// The last leaf of this kind, verified against its hash.
pub(crate) async fn last_of(connection: &mut Connection, kind: leaf::Kind) -> Result<Option<Leaf>, ReadError> {
    let row = sqlx::query("SELECT leaf_index, hash, body FROM leaves WHERE kind = $1 ORDER BY leaf_index DESC LIMIT 1")
        .bind(kind.word())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(verified).transpose()
}

/// The last leaf of this kind before that index, verified against its hash.
pub(crate) async fn last_before(
    connection: &mut Connection,
    kind: leaf::Kind,
    before: u64,
) -> Result<Option<Leaf>, ReadError> {
    let row = sqlx::query(
        "SELECT leaf_index, hash, body FROM leaves WHERE kind = $1 AND leaf_index < $2 ORDER BY leaf_index DESC LIMIT 1",
    )
    .bind(kind.word())
    .bind(signed(before))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(verified).transpose()
}

/// Decisions that were judged within these moments, in the order of their leaves, after this one; so many at most.
pub(crate) async fn decisions(
    connection: &mut Connection,
    within: Range<Timestamp>,
    after: Option<u64>,
    max: usize,
) -> Result<Vec<(u64, DecisionId)>, ReadError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT leaf_index, id FROM decisions WHERE evaluated_at >= $1 AND evaluated_at < $2 AND leaf_index > $3 \
         ORDER BY leaf_index LIMIT $4",
    )
    .bind(moment_text(within.start))
    .bind(moment_text(within.end))
    .bind(after.map_or(-1, signed))
    .bind(signed(max as u64))
    .fetch_all(connection)
    .await?;
    let altered = |id: &str| ReadError::Altered { what: format!("the projection of decision `{}`", id.escape_debug()) };
    rows.into_iter()
        .map(|(index, id)| Ok((unsigned(index), DecisionId::parse(&id).map_err(|_| altered(&id))?)))
        .collect()
}

/// The last leaf that says whom or what to trust.
pub(crate) async fn last_trust(connection: &mut Connection) -> Result<Option<u64>, sqlx::Error> {
    let kinds = [leaf::Kind::TokenCreated, leaf::Kind::TokenRevoked, leaf::Kind::WaiverAgreed];
    let mut select = QueryBuilder::new("SELECT MAX(leaf_index) FROM leaves WHERE kind IN (");
    let mut list = select.separated(", ");
    for kind in kinds {
        list.push_bind(kind.word());
    }
    list.push_unseparated(")");
    let (last,): (Option<i64>,) = select.build_query_as().fetch_one(connection).await?;
    Ok(last.map(unsigned))
}

/// Every leaf of this kind in their order, verified against their hashes.
pub(crate) async fn all_of(connection: &mut Connection, kind: leaf::Kind) -> Result<Vec<Leaf>, ReadError> {
    let rows = sqlx::query("SELECT leaf_index, hash, body FROM leaves WHERE kind = $1 ORDER BY leaf_index")
        .bind(kind.word())
        .fetch_all(connection)
        .await?;
    rows.iter().map(verified).collect()
}

fn verified(row: &DbRow) -> Result<Leaf, ReadError> {
    let index = unsigned(row.try_get("leaf_index")?);
    let (hash, body): (Vec<u8>, String) = (row.try_get("hash")?, row.try_get("body")?);
    let computed = leaf::hash(body.as_bytes());
    if hash != computed.as_bytes() {
        return Err(ReadError::Altered { what: format!("leaf {index}") });
    }
    Ok(Leaf { index, hash: computed, text: body.into() })
}
