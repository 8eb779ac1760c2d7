//! Which of several gates runs a watch. PostgreSQL's alone: a file has one gate.

use super::{Connection, builder::QueryBuilder};
use sqlx::Connection as _;

/// What the database's clock says, in nanoseconds since 1970.
const NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000000 AS BIGINT)";
/// Watches that are taken in one go, at most: others may want some, too.
const TAKEN_MAX: u64 = 500;

/// Keeps what this runner has, takes what nobody has any more, and names all that it has now; and whether nobody may have more of them still.
///
/// A lease holds for one and a half steps of its watch from when it was last renewed, and is renewed once half a step of it is gone: whoever
/// takes over what a gate left does so within two steps. Rows that others are about to take are passed over, not waited for.
pub(crate) async fn take(connection: &mut Connection, runner: &str) -> Result<(Vec<String>, bool), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let holds = format!("{NOW} + w.step_ns * 3 / 2");
    let mut renew = QueryBuilder::new(format!(
        "UPDATE watch_leases l SET until_ns = {holds} FROM watches w \
         WHERE w.id = l.watch AND l.until_ns < {NOW} + w.step_ns AND l.runner = "
    ));
    renew.push_bind(runner.to_owned()).build().execute(&mut *transaction).await?;
    let mut take = QueryBuilder::new("INSERT INTO watch_leases (watch, runner, until_ns) SELECT w.id, ");
    take.push("CAST(").push_bind(runner.to_owned()).push(format!(
        " AS TEXT), {holds} FROM (SELECT id, step_ns FROM watches WHERE state = 'running' AND NOT EXISTS \
         (SELECT 1 FROM watch_leases l WHERE l.watch = watches.id AND l.until_ns > {NOW}) \
         ORDER BY leaf_index LIMIT "
    ));
    take.push_bind(i64::try_from(TAKEN_MAX).unwrap_or(i64::MAX));
    // Between the look and the row's lock somebody else may have taken it: then the lease is theirs.
    take.push(format!(
        " FOR UPDATE SKIP LOCKED) w ON CONFLICT (watch) DO UPDATE \
         SET runner = excluded.runner, until_ns = excluded.until_ns WHERE watch_leases.until_ns <= {NOW}"
    ));
    let taken = take.build().execute(&mut *transaction).await?.rows_affected();
    let mine = sqlx::query_scalar(
        "SELECT l.watch FROM watch_leases l JOIN watches w ON w.id = l.watch \
         WHERE l.runner = $1 AND w.state = 'running' ORDER BY w.leaf_index",
    )
    .bind(runner.to_owned())
    .fetch_all(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM watch_leases WHERE watch IN (SELECT l.watch FROM watch_leases l \
         LEFT JOIN watches w ON w.id = l.watch AND w.state = 'running' WHERE l.runner = $1 AND w.id IS NULL)",
    )
    .bind(runner.to_owned())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok((mine, taken >= TAKEN_MAX))
}

/// Lets others have what this runner has.
pub(crate) async fn leave(connection: &mut Connection, runner: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM watch_leases WHERE runner = $1")
        .bind(runner.to_owned())
        .execute(connection)
        .await
        .map(drop)
}
