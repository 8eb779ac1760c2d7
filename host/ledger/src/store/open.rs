//! Connections: one that writes, a few that read.

use crate::{
    config::LedgerConfig,
    error::{LedgerError, StoreError},
};
use sqlx::{
    ConnectOptions as _, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::path::Path;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// How the writer connects: nothing is acknowledged that is not on the disk.
pub(crate) fn writing(path: &Path, config: &LedgerConfig) -> SqliteConnectOptions {
    let options = common(path, config)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // Apple's fsync does not reach the disk.
        .pragma("fullfsync", "1");
    match config.pages_max {
        Some(pages) => options.pragma("max_page_count", pages.to_string()),
        None => options,
    }
}

fn common(path: &Path, config: &LedgerConfig) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(config.busy_timeout)
        .disable_statement_logging()
}

/// Opens or creates the database and brings its tables to this build's shape.
pub(crate) async fn create(path: &Path, options: &SqliteConnectOptions) -> Result<SqliteConnection, LedgerError> {
    let mut connection = options
        .clone()
        .create_if_missing(true)
        .connect()
        .await
        .map_err(|cause| LedgerError::Open { path: path.to_owned(), cause: cause.into() })?;
    MIGRATIONS
        .run(&mut connection)
        .await
        .map_err(|cause| LedgerError::Migrate { path: path.to_owned(), cause: Box::new(cause) })?;
    Ok(connection)
}

/// Opens the database again; one that has gone away is not made anew.
pub(crate) async fn again(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    Ok(options.clone().create_if_missing(false).connect().await?)
}

/// Connections that cannot write; made when they are needed.
pub(crate) fn reading(path: &Path, config: &LedgerConfig) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(config.readers.max(1))
        .connect_lazy_with(common(path, config).read_only(true))
}
