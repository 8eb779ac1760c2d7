//! Derived tables built a second time beside those that there are, compared with them, and put in their place.
//!
//! The tables beside are temporary ones of the same names. Both databases look a plain name up among the temporary tables first, so the
//! statements that fill the one fill the other; the database's own tables are then reached through their schema.

use super::{Connection, dialect, kind::Kind, signed};
use crate::projections::{Derived, Given, TABLES};
use sqlx::{AssertSqlSafe, Executor as _, Row as _, SqlSafeStr as _, Statement as _};

/// What the two schemas are called, as SQL has it.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    /// Of the tables that stay.
    pub(crate) main: String,
    /// Of the tables beside.
    pub(crate) temp: &'static str,
}

/// A row as text, its key first.
pub(crate) type Text = Vec<Option<String>>;

/// What a comparison of one table found, a side each: at most so many rows, by their keys.
pub(crate) struct Sides {
    pub(crate) columns: Vec<String>,
    pub(crate) stored: Vec<Text>,
    pub(crate) said: Vec<Text>,
}

/// Empty tables beside, but for rows that no leaf has. Whoever uses this connection afterwards sees them: it has to be closed.
pub(crate) async fn make(connection: &mut Connection) -> Result<Beside, sqlx::Error> {
    let beside = dialect::schemas(connection).await?;
    let Beside { main, .. } = &beside;
    for Derived { table, key, found_by, given, .. } in TABLES {
        run(connection, format!("CREATE TEMP TABLE {table} AS SELECT * FROM {main}.{table} WHERE 1 = 0")).await?;
        let key = key.join(", ");
        run(connection, dialect::index_beside(Kind::of(connection), "UNIQUE INDEX", table, &key)).await?;
        if let Some(column) = found_by {
            run(connection, dialect::index_beside(Kind::of(connection), "INDEX", table, column)).await?;
        }
        if let Some(Given { rows, made_anew }) = given {
            let columns = columns(connection, main, table).await?;
            let given: Vec<_> = columns.into_iter().filter(|column| !made_anew.contains(&column.as_str())).collect();
            let given = given.join(", ");
            let copy = format!("INSERT INTO {table} ({given}) SELECT {given} FROM {main}.{table} WHERE {rows}");
            run(connection, copy).await?;
        }
    }
    Ok(beside)
}

/// Takes over what no leaf has.
pub(crate) async fn keep(connection: &mut Connection, Beside { main, .. }: &Beside) -> Result<(), sqlx::Error> {
    for Derived { table, key, kept, .. } in TABLES {
        for column in *kept {
            let same = same(key, "stored", table);
            let update = format!(
                "UPDATE {table} SET {column} = (SELECT stored.{column} FROM {main}.{table} AS stored WHERE {same})"
            );
            run(connection, update).await?;
        }
    }
    Ok(())
}

/// Rows of one table that are not on the other side, sorted by their keys.
pub(crate) async fn compare(
    connection: &mut Connection,
    Beside { main, temp }: &Beside,
    derived: &Derived,
    rows_max: u64,
) -> Result<Sides, sqlx::Error> {
    let Derived { table, key, .. } = derived;
    let mut columns = columns(connection, main, table).await?;
    columns.sort_by_key(|column| key.iter().position(|part| part == column).unwrap_or(usize::MAX));
    let kind = Kind::of(connection);
    let text = |column: &String| format!("{} AS {column}", kind.bytes_of_text(&format!("CAST({column} AS TEXT)")));
    let texts: Vec<String> = columns.iter().map(text).collect();
    let (texts, order) = (texts.join(", "), (1..=key.len()).map(|n| n.to_string()).collect::<Vec<_>>().join(", "));
    let mut sides = Vec::with_capacity(2);
    for (from, other) in [(main.as_str(), *temp), (*temp, main.as_str())] {
        let query = format!(
            "SELECT {texts} FROM {from}.{table} EXCEPT SELECT {texts} FROM {other}.{table} ORDER BY {order} LIMIT $1"
        );
        let rows = sqlx::query(AssertSqlSafe(query)).bind(signed(rows_max)).fetch_all(&mut *connection).await?;
        // Not taken for text before it is: whoever altered a row may have put anything there.
        let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let read =
            |row: &super::DbRow| (0..columns.len()).map(|at| row.try_get(at).map(text)).collect::<Result<Text, _>>();
        sides.push(rows.iter().map(read).collect::<Result<Vec<_>, _>>()?);
    }
    let (said, stored) = (sides.pop().unwrap_or_default(), sides.pop().unwrap_or_default());
    Ok(Sides { columns, stored, said })
}

/// Puts the tables beside in the place of those that there are; rows that are the same are not touched. Says how many rows of each table were
/// taken away and how many were written.
pub(crate) async fn swap(
    connection: &mut Connection,
    beside: &Beside,
) -> Result<Vec<(&'static str, u64, u64)>, sqlx::Error> {
    // A row that others refer to is taken away before it is written anew.
    dialect::defer(connection).await?;
    let Beside { main, temp } = beside;
    let mut changed = Vec::with_capacity(TABLES.len());
    for Derived { table, key, .. } in TABLES {
        let columns = columns(connection, main, table).await?;
        let equal: Vec<String> =
            columns.iter().map(|column| format!("said.{column} IS NOT DISTINCT FROM stored.{column}")).collect();
        let (same, equal) = (same(key, "said", "stored"), equal.join(" AND "));
        let delete = format!(
            "DELETE FROM {main}.{table} AS stored WHERE NOT EXISTS \
             (SELECT 1 FROM {temp}.{table} AS said WHERE {same} AND {equal})"
        );
        changed.push((*table, run(connection, delete).await?, 0));
    }
    for (Derived { table, key, .. }, (_, _, written)) in TABLES.iter().zip(&mut changed) {
        let columns = columns(connection, main, table).await?.join(", ");
        let same = same(key, "said", "stored");
        let insert = format!(
            "INSERT INTO {main}.{table} ({columns}) SELECT {columns} FROM {temp}.{table} AS said WHERE NOT EXISTS \
             (SELECT 1 FROM {main}.{table} AS stored WHERE {same})"
        );
        *written = run(connection, insert).await?;
    }
    Ok(changed)
}

/// That two rows have one key.
fn same(key: &[&str], one: &str, other: &str) -> String {
    let parts: Vec<String> = key.iter().map(|column| format!("{one}.{column} = {other}.{column}")).collect();
    parts.join(" AND ")
}

async fn columns(connection: &mut Connection, main: &str, table: &str) -> Result<Vec<String>, sqlx::Error> {
    let query = AssertSqlSafe(format!("SELECT * FROM {main}.{table}")).into_sql_str();
    let statement = connection.prepare(query).await?;
    Ok(statement.columns().iter().map(|column| sqlx::Column::name(column).to_owned()).collect())
}

/// Every name in these statements is one of [`TABLES`] or a column's.
async fn run(connection: &mut Connection, sql: String) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(AssertSqlSafe(sql)).execute(connection).await?.rows_affected())
}
