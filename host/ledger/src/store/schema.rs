//! The tables' shape: the migrations that make it, and which builds it serves.
//!
//! Migrations expand, then contract. One that only adds is made while gates of an older build serve, and they go on and start as before. One that takes
//! away or changes what older builds use says so in `schema_compatible`, and those are refused.

use super::{Connection, kind::Kind};
use crate::schema::OtherTables;
use sqlx::migrate::{Migrate as _, MigrateError, Migrator};
use std::collections::BTreeSet;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// Why the tables are not of a shape that this build serves.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaError {
    #[error(transparent)]
    Other(#[from] OtherTables),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

impl From<sqlx::Error> for SchemaError {
    fn from(error: sqlx::Error) -> Self {
        Self::Migrate(error.into())
    }
}

/// Makes what migrations are missing, unless a newer build made the tables: then they have to serve this one as they are.
pub(crate) async fn bring(connection: &mut Connection) -> Result<(), SchemaError> {
    let known = migrations(connection);
    if !is_newer(connection, known).await? {
        return Ok(known.run(&mut *connection).await?);
    }
    // None is missing. Those that both know have to be the same.
    let mut compared = Migrator::with_migrations(known.iter().cloned().collect());
    compared.set_ignore_missing(true);
    Ok(compared.run(&mut *connection).await?)
}

/// Refuses tables that a newer build made and that do not serve this one any more.
pub(crate) async fn serves(connection: &mut Connection) -> Result<(), SchemaError> {
    is_newer(connection, migrations(connection)).await.map(drop)
}

fn migrations(connection: &Connection) -> &'static Migrator {
    match Kind::of(connection) {
        Kind::Sqlite => &SQLITE,
        Kind::Postgres => &POSTGRES,
    }
}

/// Whether there are migrations that this build does not know; they have to be newer than all of its own, and to serve it.
async fn is_newer(connection: &mut Connection, known: &Migrator) -> Result<bool, SchemaError> {
    connection.ensure_migrations_table(&known.table_name).await?;
    let made = connection.list_applied_migrations(&known.table_name).await?;
    let made: BTreeSet<i64> = made.iter().map(|migration| migration.version).collect();
    let ours: BTreeSet<i64> = known.iter().map(|migration| migration.version).collect();
    let (Some(newest), Some(theirs)) = (ours.last().copied(), made.last().copied()) else { return Ok(false) };
    let Some(unknown) = made.difference(&ours).next().copied() else { return Ok(false) };
    if let Some(migration) = ours.difference(&made).next().copied().or((unknown < newest).then_some(unknown)) {
        return Err(OtherTables::OfAnotherLine { migration, newest, theirs }.into());
    }
    let since: i64 =
        sqlx::query_scalar("SELECT since FROM schema_compatible WHERE one = 1").fetch_one(connection).await?;
    if since > newest {
        return Err(OtherTables::Newer { since, newest, theirs }.into());
    }
    Ok(true)
}
