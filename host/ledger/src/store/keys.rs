//! Idempotency keys.

use super::{
    Connection, ROWS_MAX,
    builder::{QueryBuilder, insert},
    kind::Kind,
    signed, unsigned,
};
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

/// Whether one of these keys was used before, by whomever.
pub(crate) async fn any(connection: &mut Connection, keys: &[&str]) -> Result<bool, sqlx::Error> {
    let kind = Kind::of(connection);
    for some in keys.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::large(kind, "SELECT COUNT(*) FROM idempotency WHERE key IN (");
        let mut list = select.separated(", ");
        for key in some {
            list.push_bind(kind.kept(key));
        }
        list.push_unseparated(")");
        let (found,): (i64,) = select.build_query_as().fetch_one(&mut *connection).await?;
        if found > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

const COLUMNS: &[&str] =
    &["principal", "endpoint", "key", "request", "decision", "leaf_index", "outcome", "permission"];
const POINT: &str = " ON CONFLICT (principal, endpoint, key) DO UPDATE SET decision = excluded.decision, \
                     leaf_index = excluded.leaf_index, outcome = excluded.outcome, permission = excluded.permission";

/// From now on these keys lead to these decisions.
pub(crate) async fn point(
    connection: &mut Connection,
    keys: &[(&Idempotency, &DecisionLeaf, u64)],
) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    insert(connection, ("idempotency", COLUMNS), keys, POINT, |mut row, (idempotency, leaf, index)| {
        row.push_bind(kind.kept(&idempotency.principal)).push_bind(kind.kept(&idempotency.endpoint));
        row.push_bind(kind.kept(&idempotency.key)).push_bind(idempotency.request.to_string());
        row.push_bind(leaf.circumstances.decision.as_str().to_owned()).push_bind(signed(*index));
        row.push_bind(leaf.judgement.decision.outcome.word());
        row.push_bind(permission_word(leaf.judgement.decision.permission));
    })
    .await
}
