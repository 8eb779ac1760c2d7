//! Up to which leaf derived tables are filled that came later than ledgers did, by their generation.

use super::{Connection, signed, unsigned};
use std::{collections::BTreeSet, ops::Range};

/// Knows all generations up to this one: nothing is filled yet of those that are new.
pub(crate) async fn know(connection: &mut Connection, newest: u32) -> Result<(), sqlx::Error> {
    for generation in 1..=newest {
        sqlx::query("INSERT INTO derived_reached (generation, next_leaf) VALUES ($1, 0) ON CONFLICT DO NOTHING")
            .bind(i64::from(generation))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Of the generations up to this one those that are not filled up to `size`, and the first leaf that each lacks.
pub(crate) async fn behind(
    connection: &mut Connection,
    newest: u32,
    size: u64,
) -> Result<Vec<(u32, u64)>, sqlx::Error> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT generation, next_leaf FROM derived_reached WHERE generation <= $1 AND next_leaf < $2 ORDER BY generation",
    )
    .bind(i64::from(newest))
    .bind(signed(size))
    .fetch_all(connection)
    .await?;
    let read = |(generation, next): (i64, i64)| Some((u32::try_from(generation).ok()?, unsigned(next)));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// How many leaves there are, and the first that lacks rows of a generation up to this one; of one moment.
pub(crate) async fn furthest(connection: &mut Connection, newest: u32) -> Result<(u64, u64), sqlx::Error> {
    let (size, next): (i64, Option<i64>) = sqlx::query_as(
        "SELECT size, (SELECT MIN(next_leaf) FROM derived_reached WHERE generation <= $1) FROM head WHERE \"only\" = 1",
    )
    .bind(i64::from(newest))
    .fetch_one(connection)
    .await?;
    Ok((unsigned(size), next.map_or(0, unsigned)))
}

/// Up to which leaf each generation up to this one is filled.
pub(crate) async fn limits(connection: &mut Connection, newest: u32) -> Result<Vec<(u32, u64)>, sqlx::Error> {
    behind(connection, newest, i64::MAX.unsigned_abs()).await
}

/// The rows of all leaves before this one are there, of that generation.
pub(crate) async fn filled(connection: &mut Connection, generation: u32, next: u64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE derived_reached SET next_leaf = $2 WHERE generation = $1")
        .bind(i64::from(generation))
        .bind(signed(next))
        .execute(connection)
        .await
        .map(drop)
}

/// The leaves of a range whose rows are there: those of one leaf and one generation are written together, so that one says it.
pub(crate) async fn there(
    connection: &mut Connection,
    tables: impl Iterator<Item = &'static str>,
    range: Range<u64>,
) -> Result<BTreeSet<u64>, sqlx::Error> {
    let mut there = BTreeSet::new();
    for table in tables {
        let sql = format!("SELECT leaf_index FROM {table} WHERE leaf_index >= $1 AND leaf_index < $2");
        let rows: Vec<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(signed(range.start))
            .bind(signed(range.end))
            .fetch_all(&mut *connection)
            .await?;
        there.extend(rows.into_iter().map(|(index,)| unsigned(index)));
    }
    Ok(there)
}
