//! Up to which leaf derived tables are filled that came later than ledgers did, by their generation.

use super::{Connection, signed, unsigned};

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

/// The rows of these leaves are there, of all generations up to this one that had those of the leaves before.
pub(crate) async fn appended(
    connection: &mut Connection,
    newest: u32,
    before: u64,
    after: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE derived_reached SET next_leaf = $3 WHERE generation <= $1 AND next_leaf = $2")
        .bind(i64::from(newest))
        .bind(signed(before))
        .bind(signed(after))
        .execute(connection)
        .await
        .map(drop)
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

/// Whether the rows of a leaf are there: those of one leaf and one generation are written together, so that one says it.
pub(crate) async fn has_rows(
    connection: &mut Connection,
    tables: impl Iterator<Item = &'static str>,
    index: u64,
) -> Result<bool, sqlx::Error> {
    for table in tables {
        let query = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table} WHERE leaf_index = $1"));
        let found: i64 = sqlx::query_scalar(query).bind(signed(index)).fetch_one(&mut *connection).await?;
        if found > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
