//! Which derived tables were made from all leaves.

use super::{Connection, unsigned};

/// The generation that is there.
pub(crate) async fn of(connection: &mut Connection) -> Result<u32, sqlx::Error> {
    let generation: i64 =
        sqlx::query_scalar("SELECT generation FROM derived_generation WHERE one = 1").fetch_one(connection).await?;
    Ok(u32::try_from(unsigned(generation)).unwrap_or(u32::MAX))
}

/// From now on it is this one.
pub(crate) async fn reached(connection: &mut Connection, generation: u32) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE derived_generation SET generation = $1 WHERE one = 1")
        .bind(i64::from(generation))
        .execute(connection)
        .await
        .map(drop)
}
