//! Conditions with everything in them found out that the database does not know: patterns, orders, names.

use super::{
    Ground,
    values::{self, Values},
};
use crate::{
    span_index::{
        key::{Carrier, Key, Scope, own},
        value::ids_equal,
    },
    store::Connection,
    trace_search::SearchError,
    traceql::{
        ast::{Condition, Field, Intrinsic, Literal, Operator, Value},
        comparison::pattern,
    },
};

/// A condition on the span `s` of the tree `t`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Is(bool),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Attribute {
        key: i64,
        carrier: Carrier,
        values: Values,
    },
    /// Of a column of the span or its tree.
    Column(String),
}

/// Under which keys a field is interned; none: it is a column.
pub(crate) fn keys(field: &Field) -> Vec<Key> {
    match field {
        Field::Attribute { scope: Some(scope), name } => vec![Key::new(*scope, name)],
        Field::Attribute { scope: None, name } => vec![Key::new(Scope::Span, name), Key::new(Scope::Resource, name)],
        Field::Own(intrinsic) => {
            interned(*intrinsic).map(|name| Key::new(Scope::Intrinsic, name)).into_iter().collect()
        }
    }
}

fn interned(intrinsic: Intrinsic) -> Option<&'static str> {
    Some(match intrinsic {
        Intrinsic::Name => own::NAME,
        Intrinsic::StatusMessage => own::STATUS_MESSAGE,
        Intrinsic::RootName => own::ROOT_NAME,
        Intrinsic::RootService => own::ROOT_SERVICE,
        Intrinsic::EventName => own::EVENT_NAME,
        Intrinsic::LinkTrace => own::LINK_TRACE,
        Intrinsic::LinkSpan => own::LINK_SPAN,
        Intrinsic::LibraryName => own::LIBRARY_NAME,
        Intrinsic::LibraryVersion => own::LIBRARY_VERSION,
        Intrinsic::Status
        | Intrinsic::Kind
        | Intrinsic::Duration
        | Intrinsic::TraceDuration
        | Intrinsic::TraceId
        | Intrinsic::SpanId
        | Intrinsic::ParentId => return None,
    })
}

/// Finds out what the database does not know.
pub(crate) async fn resolve(
    connection: &mut Connection,
    ground: &Ground,
    condition: &Condition,
) -> Result<Test, SearchError> {
    let mut leaves = Vec::new();
    collect(condition, &mut leaves);
    let mut tests = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        tests.push(match leaf {
            Condition::Compare { field, operator, literal } => {
                compare(connection, ground, field, *operator, literal).await?
            }
            Condition::There { field, there } => presence(field, *there),
            _ => Test::Is(true),
        });
    }
    Ok(build(condition, &mut tests.into_iter()))
}

/// The comparisons of a condition, from left to right.
fn collect<'a>(condition: &'a Condition, leaves: &mut Vec<&'a Condition>) {
    match condition {
        Condition::Is(_) => (),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| collect(part, leaves)),
        Condition::Not(inner) => collect(inner, leaves),
        Condition::There { .. } | Condition::Compare { .. } => leaves.push(condition),
    }
}

/// The same condition, with these in the place of its comparisons.
fn build(condition: &Condition, tests: &mut impl Iterator<Item = Test>) -> Test {
    match condition {
        Condition::Is(is) => Test::Is(*is),
        Condition::All(parts) => Test::All(parts.iter().map(|part| build(part, tests)).collect()),
        Condition::Any(parts) => Test::Any(parts.iter().map(|part| build(part, tests)).collect()),
        Condition::Not(inner) => Test::Not(Box::new(build(inner, tests))),
        Condition::There { .. } | Condition::Compare { .. } => tests.next().unwrap_or(Test::Is(false)),
    }
}

fn presence(field: &Field, there: bool) -> Test {
    let is = match field {
        Field::Own(Intrinsic::ParentId) => Test::Column("s.parent_id <> ''".to_owned()),
        field => match keys(field) {
            columns if columns.is_empty() => Test::Is(true),
            keys => any(keys.iter().map(|key| attribute(key, Values::Any)).collect()),
        },
    };
    if there { is } else { Test::Not(Box::new(is)) }
}

fn attribute(key: &Key, values: Values) -> Test {
    Test::Attribute { key: key.id(), carrier: key.carrier(), values }
}

fn any(mut tests: Vec<Test>) -> Test {
    match tests.len() {
        1 => tests.pop().unwrap_or(Test::Is(false)),
        _ => Test::Any(tests),
    }
}

async fn compare(
    connection: &mut Connection,
    ground: &Ground,
    field: &Field,
    operator: Operator,
    literal: &Literal,
) -> Result<Test, SearchError> {
    if let Some(column) = column(field, operator, literal) {
        return Ok(column);
    }
    let value = values::value_of(literal);
    if let (Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual, Some(number)) =
        (operator, value.number().filter(|number| number.is_finite()))
    {
        let numbers = |key: &Key| attribute(key, Values::Number(operator, number));
        return Ok(any(keys(field).iter().map(numbers).collect()));
    }
    let fits = match (operator, literal) {
        (Operator::Fits | Operator::FitsNot, Literal::Value(Value::Text(text))) => {
            Some(pattern(text).map_err(|_| SearchError::Unsupported("this regular expression"))?)
        }
        _ => None,
    };
    let matches = |one: &Value| match (&fits, one) {
        (Some(regex), Value::Text(text)) => regex.is_match(text),
        (Some(_), _) => false,
        (None, one) => values::order(one, &value).is_some_and(|order| values::asks(operator, order)),
    };
    let mut tests = Vec::new();
    for key in keys(field) {
        let values = match operator {
            Operator::Equal => Values::In(ids_equal(&value)),
            Operator::NotEqual => Values::Except(ids_equal(&value), value.value_type()),
            Operator::FitsNot => {
                Values::Except(values::those(connection, ground, key.id(), matches).await?, value.value_type())
            }
            _ => Values::In(values::those(connection, ground, key.id(), matches).await?),
        };
        tests.push(attribute(&key, values));
    }
    Ok(any(tests))
}

/// What is compared as a column.
fn column(field: &Field, operator: Operator, literal: &Literal) -> Option<Test> {
    let Field::Own(intrinsic) = field else { return None };
    let sign = values::sign(operator)?;
    let (column, digits) = match intrinsic {
        Intrinsic::Status => ("s.status", 0),
        Intrinsic::Kind => ("s.kind", 0),
        Intrinsic::Duration => ("s.duration_ns", 0),
        Intrinsic::TraceDuration => ("t.duration_ns", 0),
        Intrinsic::TraceId => ("t.trace_id", 32),
        Intrinsic::SpanId => ("s.span_id", 16),
        Intrinsic::ParentId => ("s.parent_id", 16),
        _ => return None,
    };
    let value = match literal {
        Literal::Duration(number) => number.to_string(),
        Literal::Status(number) | Literal::Kind(number) => number.to_string(),
        Literal::Value(Value::Text(text)) => match hexadecimal(text, digits) {
            Some(id) => format!("'{id}'"),
            // No id is that.
            None => return Some(Test::Is(operator == Operator::NotEqual)),
        },
        Literal::Value(_) => return None,
    };
    Some(Test::Column(format!("{column} {sign} {value}")))
}

/// An id in lower-case digits, so many of them; it may come with fewer.
pub(crate) fn hexadecimal(text: &str, digits: usize) -> Option<String> {
    let is_id = !text.is_empty() && text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| format!("{:0>digits$}", text.to_ascii_lowercase()))
}
