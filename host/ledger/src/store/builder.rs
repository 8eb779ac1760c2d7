//! Statements that grow: as sqlx builds them, but with placeholders that both databases understand.

use super::{Connection, Db, kind::Kind};
use sqlx::{
    Arguments as _, AssertSqlSafe, Encode, FromRow, Type,
    any::{AnyArguments, AnyRow},
    query::{Query, QueryAs},
};
use std::fmt::{Display, Write as _};

/// A statement in the making. Values are bound, never written.
#[derive(Default)]
pub(crate) struct QueryBuilder {
    sql: String,
    arguments: AnyArguments,
    /// Whether places are not numbered: SQLite finds a numbered one by walking over those before it.
    unnumbered: bool,
}

impl QueryBuilder {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), ..Self::default() }
    }

    /// One that binds much, each value where it stands.
    pub(crate) fn large(kind: Kind, sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), unnumbered: kind == Kind::Sqlite, ..Self::default() }
    }

    pub(crate) fn push(&mut self, sql: impl Display) -> &mut Self {
        // Writing to a text does not fail.
        let _ = write!(self.sql, "{sql}");
        self
    }

    /// Writes a placeholder and binds its value.
    pub(crate) fn push_bind<'t, T: Encode<'t, Db> + Type<Db>>(&mut self, value: T) -> &mut Self {
        // Texts, numbers and bytes can always be bound. A placeholder without a value would be refused by the database.
        let _ = self.arguments.add(value);
        if self.unnumbered {
            return self.push("?");
        }
        let place = self.arguments.len();
        self.push(format_args!("${place}"))
    }

    pub(crate) fn separated(&mut self, separator: &'static str) -> Separated<'_> {
        Separated { builder: self, separator, is_first: true }
    }

    /// `VALUES (…), (…)`, a row for each.
    pub(crate) fn push_values<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut row: impl FnMut(Separated<'_>, T),
    ) -> &mut Self {
        self.push("VALUES ");
        for (place, item) in rows.into_iter().enumerate() {
            self.push(if place == 0 { "(" } else { ", (" });
            row(self.separated(", "), item);
            self.push(")");
        }
        self
    }

    /// What is written so far.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.sql
    }

    pub(crate) fn build(&mut self) -> Query<'static, Db, AnyArguments> {
        let Self { sql, arguments, .. } = std::mem::take(self);
        sqlx::query_with(AssertSqlSafe(sql), arguments)
    }

    pub(crate) fn build_query_as<O: for<'r> FromRow<'r, AnyRow>>(&mut self) -> QueryAs<'static, Db, O, AnyArguments> {
        let Self { sql, arguments, .. } = std::mem::take(self);
        sqlx::query_as_with(AssertSqlSafe(sql), arguments)
    }
}

/// Placeholders of one statement that writes many rows: few enough for statements of the same length to come again, which are prepared once.
const PLACEHOLDERS_MAX: usize = 240;

/// Writes rows, as many in one statement as is fast. `conflict` says what becomes of one that is there.
pub(crate) async fn insert<T>(
    connection: &mut Connection,
    (table, columns): (&str, &[&str]),
    rows: &[T],
    conflict: &str,
    mut row: impl FnMut(Separated<'_>, &T),
) -> Result<(), sqlx::Error> {
    for some in rows.chunks((PLACEHOLDERS_MAX / columns.len().max(1)).max(1)) {
        let sql = format!("INSERT INTO {table} ({}) ", columns.join(", "));
        let mut insert = QueryBuilder::large(Kind::of(connection), sql);
        insert.push_values(some, &mut row).push(conflict).build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Parts with something between them.
pub(crate) struct Separated<'a> {
    builder: &'a mut QueryBuilder,
    separator: &'static str,
    is_first: bool,
}

impl Separated<'_> {
    pub(crate) fn push_bind<'t, T: Encode<'t, Db> + Type<Db>>(&mut self, value: T) -> &mut Self {
        if !std::mem::take(&mut self.is_first) {
            self.builder.push(self.separator);
        }
        self.builder.push_bind(value);
        self
    }

    pub(crate) fn push_unseparated(&mut self, sql: impl Display) -> &mut Self {
        self.builder.push(sql);
        self
    }
}
