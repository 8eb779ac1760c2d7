//! Spans looked for: conditions as SQL over indexed columns and interned attributes.
//!
//! Every statement here is put together from words of this code, whole numbers and hexadecimal digits, never from a text that somebody wrote.

pub(crate) mod compile;
pub(crate) mod count;
pub(crate) mod drive;
pub(crate) mod find;
pub(crate) mod hours;
pub(crate) mod parts;
pub(crate) mod resolve;
pub(crate) mod tags;
pub(crate) mod values;

use super::{Connection, Db, DbRow, kind::Kind, signed, unsigned};
use crate::{
    error::ReadError,
    span_index::{PLACE_BITS, first_of, key::Carrier, value::Value},
    trace_search::{REACHES_MAX, SearchError, Sight, Window},
};
use sqlx::{AssertSqlSafe, Database, FromRow, query::QueryAs};
use std::fmt::Write as _;
use tidegate_core::name::{EnvironmentName, ServiceName};

/// What is looked at: trees that began in the window, by the numbers of their spans, and which of them may be seen.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    window: Window,
    /// The first and the last number of their spans.
    first: i64,
    last: i64,
    /// The reaches that may be seen; none: all.
    reaches: Option<String>,
}

impl Ground {
    /// None: there is nothing that may be seen.
    pub(crate) async fn of(
        connection: &mut Connection,
        window: Window,
        sight: Sight<'_>,
    ) -> Result<Option<Self>, SearchError> {
        let Some((first, last)) = leaves(connection, window).await? else { return Ok(None) };
        let reaches = match sight {
            Sight::All => None,
            Sight::Of(may_see) => match reaches(connection, may_see).await? {
                Reaches::All => None,
                Reaches::None => return Ok(None),
                Reaches::Some(list) => Some(list),
            },
        };
        let number = |leaf: i64| signed(first_of(unsigned(leaf)));
        Ok(Some(Self { window, first: number(first), last: number(last + 1) - 1, reaches }))
    }

    /// Of the tree `t`.
    pub(crate) fn of_trees(&self) -> String {
        let Window { from_ns, until_ns } = self.window;
        format!("t.start_ns >= {from_ns} AND t.start_ns < {until_ns}{}", self.of_reach("t.reach"))
    }

    /// Of a column that holds reaches, after other conditions.
    pub(crate) fn of_reach(&self, column: &str) -> String {
        self.reaches.as_ref().map(|reaches| format!(" AND {column} IN ({reaches})")).unwrap_or_default()
    }

    /// Of a column that holds numbers of spans.
    pub(crate) fn of_numbers(&self, column: &str) -> String {
        format!("{column} BETWEEN {} AND {}", self.first, self.last)
    }

    /// The number of the last span.
    pub(crate) fn last(&self) -> i64 {
        self.last
    }
}

/// The first and the last leaf of trees that began in the window; of one without an end, of all that there are.
async fn leaves(connection: &mut Connection, window: Window) -> Result<Option<(i64, i64)>, SearchError> {
    let Window { from_ns, until_ns } = window;
    // Where nothing is asked of the time, the ends of the table's own order are enough: nothing is looked through.
    let within = format!(" WHERE start_ns >= {from_ns} AND start_ns < {until_ns}");
    let least = if from_ns <= 0 { "" } else { &within };
    let most = if until_ns == i64::MAX { "" } else { &within };
    let ends =
        format!("SELECT (SELECT MIN(leaf_index) FROM traces{least}), (SELECT MAX(leaf_index) FROM traces{most})");
    let (first, last): (Option<i64>, Option<i64>) = query(ends).fetch_one(connection).await?;
    Ok(first.zip(last))
}

enum Reaches {
    All,
    None,
    Some(String),
}

/// Of the few combinations of environment and services that there are, those that may be seen.
async fn reaches(
    connection: &mut Connection,
    may_see: &(dyn Fn(&EnvironmentName, &[ServiceName]) -> bool + Sync),
) -> Result<Reaches, SearchError> {
    let all = format!("SELECT id, environment, services FROM trace_reaches ORDER BY id LIMIT {}", REACHES_MAX + 1);
    let rows: Vec<(i64, String, String)> = query(all).fetch_all(connection).await?;
    if rows.len() > REACHES_MAX {
        let what = "combinations of environment and services";
        return Err(SearchError::TooMuch { what, used: rows.len(), allowed: REACHES_MAX });
    }
    let altered = || ReadError::Altered { what: "the reach of traces".to_owned() };
    let mut seen = Vec::new();
    for (id, environment, services) in &rows {
        let environment = EnvironmentName::parse(environment).map_err(|_| altered())?;
        let services: Result<Vec<_>, _> = services.split_whitespace().map(ServiceName::parse).collect();
        if may_see(&environment, &services.map_err(|_| altered())?) {
            seen.push(*id);
        }
    }
    Ok(match seen.len() {
        0 => Reaches::None,
        some if some == rows.len() => Reaches::All,
        _ => Reaches::Some(list(&seen)),
    })
}

/// What a row of `attribute_values` says.
pub(crate) fn value(kind: Kind, id: i64, text: String) -> Result<Value, ReadError> {
    Value::read(id, kind.given(text)).ok_or_else(|| ReadError::Altered { what: "a value of an attribute".to_owned() })
}

/// With commas between.
pub(crate) fn list(numbers: &[i64]) -> String {
    let mut text = String::with_capacity(numbers.len() * 20);
    for (place, number) in numbers.iter().enumerate() {
        let comma = if place > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{number}");
    }
    text
}

/// A statement that is made for this once.
pub(crate) fn query<R>(sql: String) -> QueryAs<'static, Db, R, <Db as Database>::Arguments>
where
    R: for<'r> FromRow<'r, DbRow>,
{
    sqlx::query_as(AssertSqlSafe(sql)).persistent(false)
}

/// Where a carrier's attributes lie, of the span `s`.
pub(crate) fn carried_by(carrier: Carrier) -> String {
    match carrier {
        Carrier::Span => "s.span_no".to_owned(),
        Carrier::Part => "s.part".to_owned(),
        Carrier::Tree => format!("s.leaf_index * {}", 1_u64 << PLACE_BITS),
    }
}
