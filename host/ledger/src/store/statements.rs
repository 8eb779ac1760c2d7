//! Statements, and the documents that they became.

use super::{
    Connection,
    documents::{self, Noted},
    signed,
};
use crate::{error::RecordError, shape::numbers::moment_text, statement::NewStatement};
use tidegate_core::time::Timestamp;

/// Its document belongs to its scope from now on. The leaf names it, so it does not expire.
pub(crate) async fn put(
    connection: &mut Connection,
    statement: &NewStatement,
    at: Timestamp,
    index: u64,
) -> Result<Noted, RecordError> {
    let NewStatement { document, bytes, sender, person, .. } = statement;
    let noted = Noted { digest: *document, bytes: signed(*bytes), at, masking: None };
    documents::note(connection, sender, std::slice::from_ref(&noted)).await?;
    documents::name(connection, &sender.scope, &[*document]).await?;
    // The same words at the same moment are the same statement: the first leaf stands.
    sqlx::query(
        "INSERT INTO statements (scope, digest, leaf_index, made_at, made_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (scope, digest) DO NOTHING",
    )
    .bind(sender.scope.to_string())
    .bind(document.to_string())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(person.to_string())
    .execute(connection)
    .await?;
    Ok(noted)
}
