//! Rows of one ledger's database written into another one, which may be on SQLite where the first is on PostgreSQL.

use super::{Connection, DbRow, ROWS_MAX, builder::QueryBuilder, kind::Kind, notices::TABLES, signed};
use crate::body::BodyKind;
use sqlx::{AssertSqlSafe, Column as _, Row as _};
use std::collections::BTreeSet;
use tidegate_core::digest::Digest;

/// Rows of what policies and acts left that are read at a time: a plugin is some megabytes.
const LARGE: i64 = 8;
/// Rows that are read at a time where they are bodies: as many as one leaf's page leaves.
const BODIES: usize = 100;

/// Columns of rows that no leaf has, or has not all of; a rebuild takes them over.
const GIVEN: &[(&str, &str, &str)] = &[
    (
        "obligations",
        "id, decision, kind, environment, owner, within_s, grace_s, opened_at, due_at, holds_from, waiver, service",
        "waiver IS NOT NULL AND decision IN (SELECT id FROM decisions WHERE leaf_index < $1)",
    ),
    ("statements", "scope, digest, leaf_index, made_at, made_by", "leaf_index < $1"),
    ("rule_findings", "leaf_index, stage, rule, waiver, findings, decisive", "leaf_index < $1"),
];

/// A value as it is read, and bound again.
enum Value {
    Text(Option<String>),
    Number(i64),
    Bytes(Vec<u8>),
}

/// These bodies, as they are stored.
pub(crate) async fn bodies(from: &mut Connection, to: &mut Connection, bodies: &[Digest]) -> Result<(), sqlx::Error> {
    for some in bodies.chunks(BODIES) {
        let digests = some.iter().map(Digest::to_string);
        let rows =
            listed(from, "SELECT digest, kind, size, body, created_at FROM blobs WHERE digest IN (", digests).await?;
        write(Kind::of(from), to, "blobs", &rows).await?;
    }
    Ok(())
}

/// All bodies but those of these kinds.
pub(crate) async fn what_policies_left(
    from: &mut Connection,
    to: &mut Connection,
    but: &[BodyKind],
) -> Result<(), sqlx::Error> {
    let words: Vec<String> = but.iter().map(|kind| format!("'{}'", kind.word())).collect();
    let query = format!(
        "SELECT digest, kind, size, body, created_at FROM blobs WHERE kind NOT IN ({}) AND digest > $1 ORDER BY digest LIMIT $2",
        words.join(", ")
    );
    let mut after = String::new();
    loop {
        let rows =
            sqlx::query(AssertSqlSafe(query.clone())).bind(after.clone()).bind(LARGE).fetch_all(&mut *from).await?;
        write(Kind::of(from), to, "blobs", &rows).await?;
        match rows.last() {
            Some(last) => after = last.try_get("digest")?,
            None => return Ok(()),
        }
    }
}

/// Private texts of these digests, as far as they are kept.
pub(crate) async fn texts(
    from: &mut Connection,
    to: &mut Connection,
    texts: &BTreeSet<Digest>,
) -> Result<(), sqlx::Error> {
    for some in texts.iter().collect::<Vec<_>>().chunks(ROWS_MAX) {
        let salted = some.iter().map(|digest| format!("salted:{digest}"));
        let rows = listed(from, "SELECT salted, salt, text FROM private_texts WHERE salted IN (", salted).await?;
        write(Kind::of(from), to, "private_texts", &rows).await?;
    }
    Ok(())
}

/// What no leaf has of the rows of leaves below a size.
pub(crate) async fn given(from: &mut Connection, to: &mut Connection, size: u64) -> Result<(), sqlx::Error> {
    for (table, columns, rows) in GIVEN {
        copy(from, to, table, format!("SELECT {columns} FROM {table} WHERE {rows}"), size).await?;
    }
    Ok(())
}

/// What became of notices and orders about decisions below a size.
pub(crate) async fn notices(from: &mut Connection, to: &mut Connection, size: u64) -> Result<(), sqlx::Error> {
    for table in TABLES {
        let rows = format!(
            "SELECT * FROM {table} WHERE leaf_index < $1 AND decision IN (SELECT id FROM decisions WHERE leaf_index < $1)"
        );
        copy(from, to, table, rows, size).await?;
    }
    Ok(())
}

async fn copy(
    from: &mut Connection,
    to: &mut Connection,
    table: &str,
    query: String,
    size: u64,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query(AssertSqlSafe(query)).bind(signed(size)).fetch_all(&mut *from).await?;
    write(Kind::of(from), to, table, &rows).await
}

async fn listed(
    from: &mut Connection,
    query: &str,
    values: impl Iterator<Item = String>,
) -> Result<Vec<DbRow>, sqlx::Error> {
    let mut select = QueryBuilder::new(query);
    let mut list = select.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    list.push_unseparated(")");
    select.build().fetch_all(from).await
}

/// Rows that are there already stay.
async fn write(given: Kind, to: &mut Connection, table: &str, rows: &[DbRow]) -> Result<(), sqlx::Error> {
    let kept = Kind::of(to);
    for some in rows.chunks(ROWS_MAX) {
        let Some(first) = some.first() else { continue };
        let columns: Vec<&str> = first.columns().iter().map(|column| column.name()).collect();
        let read = |row: &DbRow| (0..columns.len()).map(|at| value(row, at)).collect::<Result<Vec<_>, _>>();
        let values = some.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut insert = QueryBuilder::new(format!("INSERT INTO {table} ({}) ", columns.join(", ")));
        insert.push_values(values, |mut row, values| {
            for value in values {
                match value {
                    Value::Text(text) => row.push_bind(text.map(|text| kept.kept(&given.given(text)))),
                    Value::Number(number) => row.push_bind(number),
                    Value::Bytes(bytes) => row.push_bind(bytes),
                };
            }
        });
        insert.push(" ON CONFLICT DO NOTHING").build().persistent(false).execute(&mut *to).await?;
    }
    Ok(())
}

/// What is no text and no number is bytes; nothing is a text that is not there.
fn value(row: &DbRow, at: usize) -> Result<Value, sqlx::Error> {
    if let Ok(text) = row.try_get::<Option<String>, _>(at) {
        return Ok(Value::Text(text));
    }
    match row.try_get(at) {
        Ok(number) => Ok(Value::Number(number)),
        Err(_) => row.try_get(at).map(Value::Bytes),
    }
}
