//! An auditor's own SQL: one statement that reads, within limits of time, rows and memory.
//!
//! What may be asked is what `VIEWS.md` documents; whoever may open the database could read all of it by other means, so nothing else is
//! kept from them. **Invariant:** nothing is written: the connection cannot, and a statement that wants to is refused before it is sent.

mod one;

use crate::{place::Place, store::sql};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// How far a statement may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlLimits {
    /// Rows that are read; there may be more.
    pub rows_max: usize,
    /// How long it may take.
    pub time_max: Duration,
    /// Bytes of all values.
    pub bytes_max: usize,
}

impl Default for SqlLimits {
    fn default() -> Self {
        Self { rows_max: 10_000, time_max: Duration::from_secs(10), bytes_max: 64 << 20 }
    }
}

/// What a statement found.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlRows {
    /// Names of the columns; empty where there is no row.
    pub columns: Vec<String>,
    /// Their values: texts, numbers, truth values or nothing; bytes as hexadecimal digits.
    pub rows: Vec<Vec<Value>>,
    /// Whether reading ended at a limit.
    pub more: bool,
}

/// Why nothing was found out.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// It is not one statement that reads.
    #[error("{0}")]
    Refused(&'static str),
    /// It took too long.
    #[error("the statement took longer than {} ms\nhint: narrow it, or give it more time", allowed.as_millis())]
    TooSlow {
        /// What it may take.
        allowed: Duration,
    },
    /// The database does not do it.
    #[error("the database refuses the statement: {0}")]
    Database(Arc<sqlx::Error>),
}

impl From<sqlx::Error> for SqlError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// Asks the ledger in this place. It is only read, so a gate may serve meanwhile.
pub async fn ask(place: impl Into<Place>, statement: &str, limits: SqlLimits) -> Result<SqlRows, SqlError> {
    let statement = one::reading(statement).map_err(SqlError::Refused)?;
    match place.into() {
        Place::File(path) => sql::in_file(&path, statement, limits).await,
        place @ Place::Postgres(_) => sql::on_postgres(&place, statement, limits).await,
    }
}
