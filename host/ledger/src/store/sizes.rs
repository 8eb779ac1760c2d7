//! What rows weigh.

use super::{Connection, unsigned};
use crate::{cost::Size, error::ReadError, shape::numbers::moment_text};
use tidegate_core::time::Timestamp;

/// Leaves, by kind.
pub(crate) async fn leaves(connection: &mut Connection) -> Result<Vec<Size>, sqlx::Error> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT kind, COUNT(*), CAST(SUM(octet_length(body)) AS BIGINT) FROM leaves GROUP BY kind ORDER BY kind",
    )
    .fetch_all(connection)
    .await?;
    let size = |(kind, count, bytes)| {
        let bytes = unsigned(bytes);
        Size { kind, count: unsigned(count), bytes, plain_bytes: bytes }
    };
    Ok(rows.into_iter().map(size).collect())
}

/// Bodies, by kind.
pub(crate) async fn bodies(connection: &mut Connection) -> Result<Vec<Size>, sqlx::Error> {
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT kind, COUNT(*), CAST(SUM(octet_length(body)) AS BIGINT), CAST(SUM(size) AS BIGINT) \
         FROM blobs GROUP BY kind ORDER BY kind",
    )
    .fetch_all(connection)
    .await?;
    let size = |(kind, count, bytes, plain)| Size {
        kind,
        count: unsigned(count),
        bytes: unsigned(bytes),
        plain_bytes: unsigned(plain),
    };
    Ok(rows.into_iter().map(size).collect())
}

/// How many decisions there are.
pub(crate) async fn decisions(connection: &mut Connection) -> Result<u64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM decisions").fetch_one(connection).await.map(unsigned)
}

/// When the first decision was recorded.
pub(crate) async fn first_decision(connection: &mut Connection) -> Result<Option<Timestamp>, ReadError> {
    let first: Option<String> = sqlx::query_scalar("SELECT recorded_at FROM decisions ORDER BY leaf_index LIMIT 1")
        .fetch_optional(connection)
        .await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    first.as_deref().map(Timestamp::parse).transpose().map_err(altered)
}

/// Decisions that were recorded from a moment on, and the bytes of their leaves and of bodies that came with anything since.
pub(crate) async fn since(connection: &mut Connection, since: Timestamp) -> Result<(u64, u64), sqlx::Error> {
    let (decisions, leaves): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(octet_length(l.body)), 0) AS BIGINT) \
         FROM decisions d JOIN leaves l ON l.leaf_index = d.leaf_index WHERE d.recorded_at >= $1",
    )
    .bind(moment_text(since))
    .fetch_one(&mut *connection)
    .await?;
    let bodies: i64 = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(octet_length(body)), 0) AS BIGINT) FROM blobs WHERE created_at >= $1",
    )
    .bind(moment_text(since))
    .fetch_one(connection)
    .await?;
    Ok((unsigned(decisions), unsigned(leaves) + unsigned(bodies)))
}
