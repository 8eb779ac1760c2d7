//! The outbox of span trees, and how far its export is.

use super::{Connection, blobs, builder::insert, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    id::DecisionId,
    leaf::decision::DecisionLeaf,
    shape::numbers::moment_text,
    spans::{SpanBatch, SpanCounts, SpanTree, SpansSent},
};
use sqlx::FromRow;
use std::collections::BTreeMap;
use tidegate_core::{digest::Digest, time::Timestamp};

#[derive(FromRow)]
struct TreeRow {
    leaf_index: i64,
    decision: String,
    digest: String,
    size: Option<i64>,
}

/// Notes the trees of decisions that have one.
pub(crate) async fn note(connection: &mut Connection, all: &[(u64, &DecisionLeaf)]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = all.iter().filter_map(|one| Some((one, one.1.circumstances.spans?))).collect();
    let columns = ("span_trees", &["leaf_index", "decision", "digest", "written_at"][..]);
    insert(connection, columns, &rows, "", |mut row, ((index, leaf), digest)| {
        row.push_bind(signed(*index)).push_bind(leaf.circumstances.decision.as_str().to_owned());
        row.push_bind(digest.to_string()).push_bind(moment_text(leaf.circumstances.recorded_at));
    })
    .await
}

/// Those that are next, so many and so many bytes at most; one of any size in any case.
pub(crate) async fn due(
    connection: &mut Connection,
    trees_max: u32,
    bytes_max: usize,
    body_bytes_max: usize,
) -> Result<SpanBatch, ReadError> {
    let from: i64 = sqlx::query_scalar("SELECT next_leaf FROM span_export").fetch_one(&mut *connection).await?;
    let rows: Vec<TreeRow> = sqlx::query_as(
        "SELECT t.leaf_index, t.decision, t.digest, b.size FROM span_trees t LEFT JOIN blobs b ON b.digest = t.digest \
         WHERE t.leaf_index >= $1 ORDER BY t.leaf_index LIMIT $2",
    )
    .bind(from)
    .bind(i64::from(trees_max))
    .fetch_all(&mut *connection)
    .await?;
    let mut used = 0_usize;
    let fits = |(place, row): &(usize, TreeRow)| {
        used = used.saturating_add(usize::try_from(row.size.unwrap_or(0)).unwrap_or(usize::MAX));
        *place == 0 || used <= bytes_max
    };
    let rows: Vec<TreeRow> = rows.into_iter().enumerate().take_while(fits).map(|(_, row)| row).collect();
    let digests: Option<Vec<Digest>> = rows.iter().map(|row| Digest::parse(&row.digest).ok()).collect();
    let found = blobs::get(connection, &digests.ok_or_else(altered)?).await?;
    let unpacked: Result<BTreeMap<_, _>, _> = found.into_iter().map(|row| row.unpack(body_bytes_max)).collect();
    let unpacked: BTreeMap<String, Vec<u8>> =
        unpacked?.into_iter().map(|(digest, bytes)| (digest.to_string(), bytes)).collect();
    let tree = |row: TreeRow| {
        let decision = DecisionId::parse(&row.decision).map_err(|_| altered())?;
        let bytes = unpacked.get(&row.digest).cloned();
        Ok(SpanTree { leaf_index: unsigned(row.leaf_index), decision, bytes })
    };
    Ok(SpanBatch { from: unsigned(from), trees: rows.into_iter().map(tree).collect::<Result<_, ReadError>>()? })
}

/// Moves the cursor on, and notes what was refused. Where somebody else has moved it, nothing changes.
pub(crate) async fn sent(connection: &mut Connection, sent: &SpansSent) -> Result<(), RecordError> {
    let moved = sqlx::query(
        "UPDATE span_export SET next_leaf = $2, exported = exported + $3, rejected = rejected + $4, \
         refused = refused + $5, gone = gone + $6 WHERE next_leaf = $1",
    )
    .bind(signed(sent.from))
    .bind(signed(sent.next))
    .bind(signed(sent.exported))
    .bind(signed(sent.rejected))
    .bind(signed(sent.refused.len() as u64))
    .bind(signed(sent.gone))
    .execute(&mut *connection)
    .await?;
    if moved.rows_affected() == 0 {
        return Ok(());
    }
    for (leaf_index, why) in &sent.refused {
        sqlx::query("INSERT INTO spans_refused (leaf_index, at, why) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(signed(*leaf_index))
            .bind(moment_text(sent.at))
            .bind(Kind::of(connection).kept(why))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(crate) async fn counts(connection: &mut Connection) -> Result<SpanCounts, ReadError> {
    let (next, exported, rejected, refused, gone): (i64, i64, i64, i64, i64) =
        sqlx::query_as("SELECT next_leaf, exported, rejected, refused, gone FROM span_export")
            .fetch_one(&mut *connection)
            .await?;
    let (pending, oldest): (i64, Option<String>) =
        sqlx::query_as("SELECT COUNT(*), MIN(written_at) FROM span_trees WHERE leaf_index >= $1")
            .bind(next)
            .fetch_one(connection)
            .await?;
    Ok(SpanCounts {
        pending: unsigned(pending),
        oldest: oldest.map(|text| Timestamp::parse(&text).map_err(|_| altered())).transpose()?,
        exported: unsigned(exported),
        rejected: unsigned(rejected),
        refused: unsigned(refused),
        gone: unsigned(gone),
    })
}

/// Why trees were refused, by their leaves; the newest first.
pub(crate) async fn refused(connection: &mut Connection, max: u32) -> Result<Vec<(u64, String)>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT leaf_index, why FROM spans_refused ORDER BY leaf_index DESC LIMIT $1")
            .bind(i64::from(max))
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(index, why)| (unsigned(index), kind.given(why))).collect())
}

fn altered() -> ReadError {
    ReadError::Altered { what: "the outbox of span trees".to_owned() }
}
