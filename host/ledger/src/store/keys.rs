//! Idempotency keys.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    error::ReadError,
    id::DecisionId,
    idempotency::{Earlier, Idempotency},
    leaf::decision::DecisionLeaf,
    shape::words::{outcome, permission, permission_word},
};
use sqlx::FromRow;
use tidegate_core::digest::Digest;

#[derive(FromRow)]
struct KeyRow {
    request: String,
    decision: String,
    leaf_index: i64,
    outcome: String,
    permission: String,
}

/// What this key was used for, and the index of its leaf.
pub(crate) async fn find(
    connection: &mut Connection,
    principal: &str,
    endpoint: &str,
    key: &str,
) -> Result<Option<(Earlier, u64)>, ReadError> {
    let kind = Kind::of(connection);
    let row: Option<KeyRow> = sqlx::query_as(
        "SELECT request, decision, leaf_index, outcome, permission FROM idempotency \
         WHERE principal = $1 AND endpoint = $2 AND key = $3",
    )
    .bind(kind.kept(principal))
    .bind(kind.kept(endpoint))
    .bind(kind.kept(key))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let earlier = row.earlier().ok_or_else(|| ReadError::Altered { what: "an idempotency key's row".to_owned() })?;
    Ok(Some((earlier, unsigned(row.leaf_index))))
}

impl KeyRow {
    fn earlier(&self) -> Option<Earlier> {
        Some(Earlier {
            request: Digest::parse(&self.request).ok()?,
            decision: DecisionId::parse(&self.decision).ok()?,
            outcome: outcome(&self.outcome)?,
            permission: permission(&self.permission)?,
        })
    }
}

/// From now on this key leads to this decision.
pub(crate) async fn point(
    connection: &mut Connection,
    idempotency: &Idempotency,
    leaf: &DecisionLeaf,
    index: u64,
) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    sqlx::query(
        "INSERT INTO idempotency (principal, endpoint, key, request, decision, leaf_index, outcome, permission) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (principal, endpoint, key) DO UPDATE SET decision = excluded.decision, \
         leaf_index = excluded.leaf_index, outcome = excluded.outcome, permission = excluded.permission",
    )
    .bind(kind.kept(&idempotency.principal))
    .bind(kind.kept(&idempotency.endpoint))
    .bind(kind.kept(&idempotency.key))
    .bind(idempotency.request.to_string())
    .bind(leaf.circumstances.decision.as_str().to_owned())
    .bind(signed(index))
    .bind(leaf.judgement.decision.outcome.word())
    .bind(permission_word(leaf.judgement.decision.permission))
    .execute(connection)
    .await?;
    Ok(())
}
