//! Agreements to waivers.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    agreement::{Agreed, Agreement},
    error::{ReadError, RecordError},
    faster::Faster,
    shape::numbers::moment_text,
};
use tidegate_core::{digest::Digest, time::Timestamp};

/// A second one for the same waiver is an error: the first stands.
pub(crate) async fn put(
    connection: &mut Connection,
    agreement: &Agreement,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let before: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM waiver_agreements WHERE waiver = $1")
        .bind(agreement.waiver.to_string())
        .fetch_one(&mut *connection)
        .await?;
    if before > 0 {
        return Err(RecordError::Faster(Faster::Agreed));
    }
    sqlx::query("INSERT INTO waiver_agreements (waiver, leaf_index, agreed_at, agreed_by) VALUES ($1, $2, $3, $4)")
        .bind(agreement.waiver.to_string())
        .bind(signed(index))
        .bind(moment_text(at))
        .bind(Kind::of(connection).kept(&agreement.person))
        .execute(connection)
        .await?;
    Ok(())
}

/// Every one that was ever recorded.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Agreed>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(String, i64, String, String)> =
        sqlx::query_as("SELECT waiver, leaf_index, agreed_at, agreed_by FROM waiver_agreements ORDER BY leaf_index")
            .fetch_all(connection)
            .await?;
    let altered = || ReadError::Altered { what: "an agreement's row".to_owned() };
    let read = |(waiver, index, at, person): (String, i64, String, String)| {
        let (waiver, at) = (Digest::parse(&waiver).ok()?, Timestamp::parse(&at).ok()?);
        Some(Agreed { waiver, person: kind.given(person).into(), at, leaf_index: unsigned(index) })
    };
    rows.into_iter().map(|row| read(row).ok_or_else(altered)).collect()
}
