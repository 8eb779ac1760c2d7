//! The last cosignature of each witness.

use super::{Connection, signed, unsigned};
use crate::{error::ReadError, ledger::witnesses::Cosigned, shape::numbers::moment_text};
use sqlx::FromRow;
use tidegate_core::time::Timestamp;

#[derive(FromRow)]
struct CosignatureRow {
    witness: String,
    size: i64,
    note: String,
    seen_at: String,
    received_at: String,
}

/// Puts a cosignature in the place of the witness's last one, unless that is as new.
pub(crate) async fn put(connection: &mut Connection, cosigned: &Cosigned) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cosignatures (witness, size, note, seen_at, received_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (witness) DO UPDATE SET size = excluded.size, note = excluded.note, seen_at = excluded.seen_at, \
         received_at = excluded.received_at WHERE excluded.seen_at > cosignatures.seen_at",
    )
    .bind(cosigned.witness.clone())
    .bind(signed(cosigned.size))
    .bind(cosigned.note.clone())
    .bind(moment_text(cosigned.seen_at))
    .bind(moment_text(cosigned.received_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Of every witness that ever cosigned, by its public key.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Cosigned>, ReadError> {
    let rows: Vec<CosignatureRow> =
        sqlx::query_as("SELECT witness, size, note, seen_at, received_at FROM cosignatures ORDER BY witness")
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(CosignatureRow::cosigned).collect()
}

impl CosignatureRow {
    fn cosigned(self) -> Result<Cosigned, ReadError> {
        let altered = || ReadError::Altered { what: "a cosignature's row".to_owned() };
        let moment = |text: &str| Timestamp::parse(text).map_err(|_| altered());
        Ok(Cosigned {
            size: unsigned(self.size),
            seen_at: moment(&self.seen_at)?,
            received_at: moment(&self.received_at)?,
            witness: self.witness,
            note: self.note,
        })
    }
}
