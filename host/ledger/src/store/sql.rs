//! Somebody else's statement, run where it cannot write and cannot go on for ever.

use super::{Connection, open};
use crate::{
    place::Place,
    sql::{SqlError, SqlLimits, SqlRows},
};
use futures_core::Stream;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Decode, Row as _, Sqlite, SqliteConnection,
    TypeInfo as _, ValueRef as _,
    sqlite::{SqliteConnectOptions, SqliteRow, SqliteValueRef},
};
use std::{
    fmt,
    future::poll_fn,
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// SQLite's instructions between two looks at whether it is to go on.
const INSTRUCTIONS: i32 = 10_000;
/// Bytes of memory that SQLite may take, of everything in this process.
const HEAP_BYTES_MAX: &str = "268435456";

type Rows<'a, R> = Pin<Box<dyn Stream<Item = Result<R, sqlx::Error>> + Send + 'a>>;

/// In a SQLite file.
pub(crate) async fn in_file(path: &Path, statement: &str, limits: SqlLimits) -> Result<SqlRows, SqlError> {
    let mut connection: SqliteConnection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("query_only", "1")
        .pragma("hard_heap_limit", HEAP_BYTES_MAX)
        .disable_statement_logging()
        .connect()
        .await?;
    let stop = Arc::new(AtomicBool::new(false));
    let told = stop.clone();
    connection.lock_handle().await?.set_progress_handler(INSTRUCTIONS, move || !told.load(Ordering::Relaxed));
    let rows = sqlx::query(AssertSqlSafe(statement.to_owned())).fetch(&mut connection);
    let read = tokio::time::timeout(limits.time_max, read(rows, limits, of_sqlite)).await;
    // Its thread goes on until it is told: nothing waits for it before.
    stop.store(true, Ordering::Relaxed);
    let found = read.map_err(|_| SqlError::TooSlow { allowed: limits.time_max })?;
    connection.close().await?;
    Ok(found?)
}

/// On PostgreSQL: each row as JSON, since whatever types an auditor asks for can be written so.
pub(crate) async fn on_postgres(place: &Place, statement: &str, limits: SqlLimits) -> Result<SqlRows, SqlError> {
    let mut connection = open::asking(place).await?;
    let answer = tokio::time::timeout(limits.time_max, as_json(&mut connection, statement, limits)).await;
    // Not asked to end in good order: it would send the rows that nobody reads first.
    let _gone = connection.close_hard().await;
    Ok(answer.map_err(|_| SqlError::TooSlow { allowed: limits.time_max })??)
}

async fn as_json(connection: &mut Connection, statement: &str, limits: SqlLimits) -> Result<SqlRows, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let time = format!("SET LOCAL statement_timeout = {}", limits.time_max.as_millis().max(1));
    sqlx::query(AssertSqlSafe(time)).execute(&mut *transaction).await?;
    let as_json = format!("SELECT row_to_json(asked)::text FROM ({statement}\n) AS asked");
    read(sqlx::query(AssertSqlSafe(as_json)).fetch(&mut *transaction), limits, of_postgres).await
}

type Named = Vec<(String, Value)>;

/// As many rows as the limits let through.
async fn read<R>(
    mut rows: Rows<'_, R>,
    limits: SqlLimits,
    one: impl Fn(&R) -> Result<Named, sqlx::Error>,
) -> Result<SqlRows, sqlx::Error> {
    let (mut found, mut bytes) = (SqlRows { columns: Vec::new(), rows: Vec::new(), more: false }, 0_usize);
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let row = one(&row?)?;
        bytes += row.iter().map(|(_, value)| value.as_str().map_or(8, str::len)).sum::<usize>();
        if found.rows.len() >= limits.rows_max || bytes > limits.bytes_max {
            found.more = true;
            break;
        }
        if found.rows.is_empty() {
            found.columns = row.iter().map(|(name, _)| name.clone()).collect();
        }
        found.rows.push(row.into_iter().map(|(_, value)| value).collect());
    }
    Ok(found)
}

fn of_sqlite(row: &SqliteRow) -> Result<Named, sqlx::Error> {
    let columns = row.columns().iter().enumerate();
    columns.map(|(at, column)| Ok((column.name().to_owned(), value(row.try_get_raw(at)?)?))).collect()
}

/// SQLite's values have their types themselves, whatever their column says.
fn value(raw: SqliteValueRef<'_>) -> Result<Value, sqlx::Error> {
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => decoded::<i64>(raw)?.into(),
        "REAL" => decoded::<f64>(raw)?.into(),
        "TEXT" => String::from_utf8_lossy(decoded(raw)?).into(),
        _ => decoded::<&[u8]>(raw)?.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    })
}

fn decoded<'r, T: Decode<'r, Sqlite>>(raw: SqliteValueRef<'r>) -> Result<T, sqlx::Error> {
    T::decode(raw).map_err(sqlx::Error::Decode)
}

fn of_postgres(row: &super::DbRow) -> Result<Named, sqlx::Error> {
    let text: String = row.try_get(0)?;
    serde_json::from_str::<InOrder>(&text).map(|row| row.0).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// An object whose members stay in the order in which they are written.
struct InOrder(Named);

impl<'de> serde::Deserialize<'de> for InOrder {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = InOrder;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
                let mut members = Named::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(InOrder(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
