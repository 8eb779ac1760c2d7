//! The last checkpoint.

use super::{Connection, signed};

/// The note of the last checkpoint.
pub(crate) async fn last(connection: &mut Connection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT note FROM checkpoint WHERE \"only\" = 1").fetch_optional(connection).await
}

/// Puts a checkpoint in the place of the last.
pub(crate) async fn put(connection: &mut Connection, size: u64, note: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO checkpoint (\"only\", size, note) VALUES (1, $1, $2) \
         ON CONFLICT (\"only\") DO UPDATE SET size = excluded.size, note = excluded.note",
    )
    .bind(signed(size))
    .bind(note.to_owned())
    .execute(connection)
    .await?;
    Ok(())
}
