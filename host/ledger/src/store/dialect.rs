//! What the two databases do not say alike: how a transaction begins, what schemas are called, how much room it takes.

use super::{Connection, Db, Pool, beside::Beside, kind::Kind, unsigned};
use sqlx::{Connection as _, Transaction};
use std::{fs::File, os::unix::fs::FileExt as _, path::Path};

/// Names the lock that writers of one ledger take, in one database of PostgreSQL.
pub(crate) const WRITER: i64 = 0x0074_6964_6567_6174;
/// Names the seat of the one that sends.
const SENDER: i64 = WRITER + 1;

/// What begins a transaction of PostgreSQL that reads, and sees one moment.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Begins a transaction that writes: alone, from its first statement on.
///
/// On PostgreSQL others wait at the lock, which ends with the transaction; every statement after it sees what they committed.
pub(crate) async fn begin(connection: &mut Connection) -> Result<Transaction<'_, Db>, sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => connection.begin_with("BEGIN IMMEDIATE").await,
        Kind::Postgres => {
            let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
            let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER);
            lock.execute(&mut *transaction).await?;
            Ok(transaction)
        }
    }
}

/// Begins a transaction that reads, and sees one moment.
pub(crate) async fn snapshot(connection: &mut Connection) -> Result<Transaction<'_, Db>, sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => connection.begin().await,
        Kind::Postgres => connection.begin_with(SNAPSHOT).await,
    }
}

/// The same on a connection of the pool's own.
pub(crate) async fn snapshot_of(pool: &Pool) -> Result<Transaction<'static, Db>, sqlx::Error> {
    let kind = Kind::of(&*pool.acquire().await?);
    match kind {
        Kind::Sqlite => pool.begin().await,
        Kind::Postgres => pool.begin_with(SNAPSHOT).await,
    }
}

/// The same, for one that makes temporary tables: PostgreSQL takes that for writing.
pub(crate) async fn snapshot_with_tables(connection: &mut Connection) -> Result<Transaction<'_, Db>, sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => connection.begin().await,
        Kind::Postgres => connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE").await,
    }
}

/// What the schema of the tables that stay and that of temporary ones are called.
pub(crate) async fn schemas(connection: &mut Connection) -> Result<Beside, sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => Ok(Beside { main: "main".to_owned(), temp: "temp" }),
        Kind::Postgres => {
            let main = sqlx::query_scalar("SELECT quote_ident(current_schema())").fetch_one(connection).await?;
            Ok(Beside { main, temp: "pg_temp" })
        }
    }
}

/// The statement that makes an index of a table beside. `what`: `INDEX` or `UNIQUE INDEX`.
pub(crate) fn index_beside(kind: Kind, what: &str, table: &str, columns: &str) -> String {
    let name = format!("{table}_{}", if what == "INDEX" { "found" } else { "beside" });
    match kind {
        Kind::Sqlite => format!("CREATE {what} temp.{name} ON {table} ({columns})"),
        Kind::Postgres => format!("CREATE {what} {name} ON pg_temp.{table} ({columns})"),
    }
}

/// Rows may refer to what is not there until the transaction ends.
pub(crate) async fn defer(connection: &mut Connection) -> Result<(), sqlx::Error> {
    let sql = match Kind::of(connection) {
        Kind::Sqlite => "PRAGMA defer_foreign_keys = 1",
        Kind::Postgres => "SET CONSTRAINTS ALL DEFERRED",
    };
    sqlx::query(sql).execute(connection).await.map(drop)
}

/// Rows may refer to what is not there, as long as this connection is. SQLite's alone.
pub(crate) async fn unreferred(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA foreign_keys = 0").execute(connection).await.map(drop)
}

/// What the header of a file says that is an archive.
const ARCHIVE: [u8; 4] = *b"TgAr";
/// Where its header says it.
const ARCHIVE_AT: u64 = 68;

/// Makes a file an archive: one file, with no log beside it, which is never opened for writing again. SQLite's alone.
pub(crate) async fn close_for_good(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut *connection).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA application_id = {}", i32::from_be_bytes(ARCHIVE))))
        .execute(connection)
        .await
        .map(drop)
}

/// Whether a file is an archive. It is not opened for that: whoever opens it to write changes it.
pub(crate) fn is_archive(path: &Path) -> bool {
    let mut said = [0; ARCHIVE.len()];
    let read = File::open(path).and_then(|file| file.read_exact_at(&mut said, ARCHIVE_AT));
    read.is_ok() && said == ARCHIVE
}

/// Bytes of the whole database.
pub(crate) async fn size(connection: &mut Connection) -> Result<u64, sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => {
            let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await?;
            let bytes: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(connection).await?;
            Ok(unsigned(pages) * unsigned(bytes))
        }
        Kind::Postgres => {
            let bytes = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(connection);
            bytes.await.map(unsigned)
        }
    }
}

/// Writes the database anew without what was deleted.
pub(crate) async fn erase(connection: &mut Connection) -> Result<(), sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => {
            sqlx::query("VACUUM").execute(&mut *connection).await?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(connection).await.map(drop)
        }
        Kind::Postgres => {
            sqlx::query("VACUUM blobs, private_texts, evidence, spans, span_attributes, attribute_values")
                .execute(connection)
                .await
                .map(drop)
        }
    }
}

/// Whether there is a ledger's first table. PostgreSQL's alone.
pub(crate) async fn is_there(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let sql = "SELECT CASE WHEN to_regclass('leaves') IS NULL THEN 0 ELSE 1 END";
    let found: i64 = sqlx::query_scalar(sql).fetch_one(connection).await?;
    Ok(found == 1)
}

/// Takes the seat of whoever sends what is to be sent, for as long as this session is; whether it was free. PostgreSQL's alone.
pub(crate) async fn sit(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let sql = "SELECT CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END";
    let is_free: i64 = sqlx::query_scalar(sql).bind(SENDER).fetch_one(connection).await?;
    Ok(is_free == 1)
}

/// Whoever opens a ledger compares and signs before it writes: one after the other, until [`together`] or the connection's end.
pub(crate) async fn alone(connection: &mut Connection) -> Result<(), sqlx::Error> {
    advisory(connection, "SELECT pg_advisory_lock($1)").await
}

/// Ends [`alone`].
pub(crate) async fn together(connection: &mut Connection) -> Result<(), sqlx::Error> {
    advisory(connection, "SELECT pg_advisory_unlock($1)").await
}

/// On SQLite a lock file does it.
async fn advisory(connection: &mut Connection, sql: &'static str) -> Result<(), sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => Ok(()),
        Kind::Postgres => sqlx::query(sql).bind(WRITER).execute(connection).await.map(drop),
    }
}
