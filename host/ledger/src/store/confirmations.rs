//! Confirmations of forced deployments.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    confirmation::{Confirmation, Confirmed},
    error::{ReadError, RecordError},
    faster::Faster,
    id::DecisionId,
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use tidegate_core::time::Timestamp;

#[derive(FromRow)]
struct ConfirmationRow {
    leaf_index: i64,
    confirmed_at: String,
    confirmed_by: String,
    expires_at: String,
}

/// A second one for the same decision is an error: the first stands.
pub(crate) async fn put(
    connection: &mut Connection,
    confirmation: &Confirmation,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    if of(connection, &confirmation.decision).await?.is_some() {
        return Err(RecordError::Faster(Faster::Confirmed));
    }
    sqlx::query(
        "INSERT INTO confirmations (decision, leaf_index, confirmed_at, confirmed_by, expires_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(confirmation.decision.as_str().to_owned())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(Kind::of(connection).kept(&confirmation.person))
    .bind(moment_text(confirmation.expires))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn of(connection: &mut Connection, decision: &DecisionId) -> Result<Option<Confirmed>, ReadError> {
    let kind = Kind::of(connection);
    let row: Option<ConfirmationRow> = sqlx::query_as(
        "SELECT leaf_index, confirmed_at, confirmed_by, expires_at FROM confirmations WHERE decision = $1",
    )
    .bind(decision.as_str().to_owned())
    .fetch_optional(connection)
    .await?;
    let altered = || ReadError::Altered { what: "a confirmation's row".to_owned() };
    row.map(|row| row.confirmed(decision, kind).ok_or_else(altered)).transpose()
}

impl ConfirmationRow {
    fn confirmed(self, decision: &DecisionId, kind: Kind) -> Option<Confirmed> {
        Some(Confirmed {
            confirmation: Confirmation {
                decision: decision.clone(),
                person: kind.given(self.confirmed_by).into(),
                expires: Timestamp::parse(&self.expires_at).ok()?,
            },
            at: Timestamp::parse(&self.confirmed_at).ok()?,
            leaf_index: unsigned(self.leaf_index),
        })
    }
}
