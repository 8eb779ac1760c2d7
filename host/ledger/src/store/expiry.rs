//! Uploads that no decision named in time, and their bodies.
//!
//! Runs in the writer, between records: what is being recorded has named its documents, or finds them gone and brings them along.

use super::Connection;
use crate::{evidence::Expired, shape::numbers::moment_text};
use tidegate_core::time::Timestamp;

/// Deletes some of what was received before that moment and that no leaf names. What is kept for one that was submitted otherwise goes
/// only after it.
const ROWS: &str = "DELETE FROM evidence WHERE (scope, digest) IN (
    SELECT scope, digest FROM evidence AS waiting
    WHERE referenced = 0 AND first_received_at < $1
      AND NOT EXISTS (SELECT 1 FROM evidence AS cited WHERE cited.kept_as = waiting.digest AND cited.scope = waiting.scope)
    ORDER BY first_received_at LIMIT $2
) RETURNING digest";

/// A body that no scope keeps a document of. One that is anything else in the record has another kind.
const BODY: &str = "DELETE FROM blobs WHERE digest = $1 AND kind = 'evidence'
    AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.digest = blobs.digest)";

pub(crate) async fn expire(connection: &mut Connection, before: Timestamp, max: u32) -> Result<Expired, sqlx::Error> {
    let rows: Vec<(String,)> =
        sqlx::query_as(ROWS).bind(moment_text(before)).bind(i64::from(max)).fetch_all(&mut *connection).await?;
    let mut expired = Expired { documents: rows.len() as u64, bodies: 0 };
    for (digest,) in rows {
        expired.bodies += sqlx::query(BODY).bind(digest).execute(&mut *connection).await?.rows_affected();
    }
    Ok(expired)
}
