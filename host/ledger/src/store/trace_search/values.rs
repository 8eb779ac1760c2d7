//! Which interned values a comparison is true of.

use super::{Ground, query};
use crate::{
    span_index::value::{TYPES, Value, ValueType},
    store::{Connection, kind::Kind},
    trace_search::{SearchError, TRIED_MAX},
    traceql::ast::{Literal, Operator},
};
use std::cmp::Ordering;

/// Of a field with so few values all are looked at, whatever the window.
const FEW: usize = 1_000;

/// Some values of one key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// Whatever it is.
    Any,
    /// One of these.
    In(Vec<i64>),
    /// None of these, and of this type.
    Except(Vec<i64>, ValueType),
    /// A number that compares so with this one, which is finite.
    Number(Operator, f64),
}

impl Values {
    /// Of a column that holds ids of values.
    pub(crate) fn sql(&self, column: &str) -> Option<String> {
        match self {
            Self::Any => None,
            Self::Number(operator, number) => {
                let sign = sign(*operator)?;
                // Few values are texts where a number is asked for, and a text has no number.
                Some(format!(
                    "EXISTS (SELECT 1 FROM attribute_values n WHERE n.id = {column} AND n.number {sign} {number:?})"
                ))
            }
            // An empty list is no SQL.
            Self::In(ids) if ids.is_empty() => Some("1 = 0".to_owned()),
            // With a sign it is no column that an index is for: of a span there are few values, of a list there may be very many.
            Self::In(ids) => Some(format!("+{column} IN ({})", super::list(ids))),
            Self::Except(ids, value_type) => {
                let types = match value_type {
                    ValueType::Int | ValueType::Float => "1, 2",
                    ValueType::Text => "0",
                    ValueType::Bool => "3",
                };
                let of_type = format!("{column} % {TYPES} IN ({types})");
                if ids.is_empty() {
                    return Some(of_type);
                }
                Some(format!("{of_type} AND {column} NOT IN ({})", super::list(ids)))
            }
        }
    }
}

/// As SQL writes it; none: it is no order.
pub(crate) fn sign(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Fits | Operator::FitsNot => return None,
    })
}

/// A literal as the value that it is compared as.
pub(crate) fn value_of(literal: &Literal) -> Value {
    match literal {
        Literal::Value(value) => value.clone(),
        Literal::Duration(nanos) => Value::Int(*nanos),
        Literal::Status(number) | Literal::Kind(number) => Value::Int(i64::from(*number)),
    }
}

/// How they are ordered, where they are.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (left, right) => left.number()?.partial_cmp(&right.number()?),
    }
}

/// Whether an order is what an operator asks for.
pub(crate) fn asks(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Equal | Operator::NotEqual | Operator::Fits | Operator::FitsNot => false,
    }
}

/// The values of a key of which something holds, of those that there are on this ground.
pub(crate) async fn those(
    connection: &mut Connection,
    ground: &Ground,
    key: i64,
    holds: impl Fn(&Value) -> bool,
) -> Result<Vec<i64>, SearchError> {
    let few: Vec<(i64, String)> = query(few(key, FEW + 1)).fetch_all(&mut *connection).await?;
    let rows = if few.len() <= FEW { few } else { of_ground(connection, ground, key).await? };
    let kind = Kind::of(connection);
    let mut ids = Vec::new();
    for (id, text) in rows {
        if holds(&super::value(kind, id, text)?) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// One step of the index for each value, however often it is used.
pub(crate) fn few(key: i64, rows_max: usize) -> String {
    format!(
        "WITH RECURSIVE used (id) AS (SELECT MIN(value_id) FROM span_attributes WHERE key_id = {key} UNION ALL \
         SELECT (SELECT MIN(a.value_id) FROM span_attributes a WHERE a.key_id = {key} AND a.value_id > used.id) \
         FROM used WHERE used.id IS NOT NULL) \
         SELECT v.id, v.text FROM used JOIN attribute_values v ON v.id = used.id LIMIT {rows_max}"
    )
}

async fn of_ground(connection: &mut Connection, ground: &Ground, key: i64) -> Result<Vec<(i64, String)>, SearchError> {
    let numbers = ground.of_numbers("a.span_no");
    let rows: Vec<(i64, String)> = query(format!(
        "SELECT v.id, v.text FROM (SELECT DISTINCT a.value_id FROM span_attributes a WHERE a.key_id = {key} AND {numbers} \
         LIMIT {}) used JOIN attribute_values v ON v.id = used.value_id",
        TRIED_MAX + 1
    ))
    .fetch_all(connection)
    .await?;
    if rows.len() > TRIED_MAX {
        let what = "values of one field in this time";
        return Err(SearchError::TooMuch { what, used: rows.len(), allowed: TRIED_MAX });
    }
    Ok(rows)
}
