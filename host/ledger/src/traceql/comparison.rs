//! What can be compared with what.

use super::{
    REGEX_BYTES_MAX,
    ast::{Condition, Field, Intrinsic, KINDS, Literal, Operator, STATUSES, Value},
    error::QueryError,
};
use crate::span_index::value;

/// One side of a comparison.
pub(super) enum Operand {
    Field(Field),
    Literal(Literal),
    Nil,
    /// A word whose meaning the other side says.
    Word(String),
    Condition(Condition),
}

pub(super) fn operator(sign: &str) -> Option<Operator> {
    Some(match sign {
        "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        "=~" => Operator::Fits,
        "!~" => Operator::FitsNot,
        _ => return None,
    })
}

/// The operator that says the same with its sides exchanged.
fn flipped(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equal | Operator::NotEqual => operator,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Fits | Operator::FitsNot => return None,
    })
}

pub(super) fn compare(
    left: Operand,
    operator: Operator,
    right: Operand,
    column: usize,
) -> Result<Condition, QueryError> {
    let senseless = |why: &str| Err(QueryError::senseless(column, why));
    match (left, right) {
        (Operand::Field(field), Operand::Nil) | (Operand::Nil, Operand::Field(field)) => match operator {
            Operator::Equal => Ok(Condition::There { field, there: false }),
            Operator::NotEqual => Ok(Condition::There { field, there: true }),
            _ => senseless("`nil` is only equal or not equal"),
        },
        (Operand::Field(_), Operand::Field(_)) => Err(QueryError::unsupported(column, "a comparison of two fields")),
        (Operand::Field(field), right) => one(field, operator, right, column),
        (left, Operand::Field(field)) => match flipped(operator) {
            Some(operator) => one(field, operator, left, column),
            None => senseless("a regular expression stands on the right"),
        },
        (Operand::Literal(Literal::Value(left)), Operand::Literal(Literal::Value(right))) => match operator {
            Operator::Equal => Ok(Condition::Is(value::equal(&left, &right))),
            Operator::NotEqual => Ok(Condition::Is(!value::equal(&left, &right))),
            _ => Err(QueryError::unsupported(column, "an order of two values")),
        },
        _ => Err(QueryError::unsupported(column, "this comparison")),
    }
}

fn one(field: Field, operator: Operator, right: Operand, column: usize) -> Result<Condition, QueryError> {
    let senseless = |why: String| Err(QueryError::senseless(column, why));
    let literal = match (&field, right) {
        (Field::Own(Intrinsic::Status), Operand::Word(word)) => number(&STATUSES, &word).map(Literal::Status),
        (Field::Own(Intrinsic::Kind), Operand::Word(word)) => number(&KINDS, &word).map(Literal::Kind),
        (_, Operand::Literal(literal)) => Some(literal),
        _ => None,
    };
    let Some(literal) = literal else {
        return senseless("a field is compared with a value of its own kind".to_owned());
    };
    let fits = match (&field, &literal) {
        (Field::Own(Intrinsic::Status), Literal::Status(_)) | (Field::Own(Intrinsic::Kind), Literal::Kind(_)) => {
            matches!(operator, Operator::Equal | Operator::NotEqual)
        }
        (Field::Own(Intrinsic::Duration | Intrinsic::TraceDuration), Literal::Duration(_)) => ordered(operator),
        (Field::Own(Intrinsic::Status | Intrinsic::Kind | Intrinsic::Duration | Intrinsic::TraceDuration), _) => false,
        (Field::Own(_), literal) => matches!(literal, Literal::Value(Value::Text(_))),
        (Field::Attribute { .. }, Literal::Value(Value::Text(_))) => true,
        (Field::Attribute { .. }, Literal::Value(Value::Bool(_))) => {
            matches!(operator, Operator::Equal | Operator::NotEqual)
        }
        (Field::Attribute { .. }, Literal::Value(_) | Literal::Duration(_)) => ordered(operator),
        (Field::Attribute { .. }, Literal::Status(_) | Literal::Kind(_)) => false,
    };
    if !fits {
        return senseless("this field cannot be compared so with this value".to_owned());
    }
    if let (false, Literal::Value(Value::Text(text))) = (ordered(operator), &literal)
        && let Err(why) = pattern(text)
    {
        return senseless(why);
    }
    if matches!(&field, Field::Own(Intrinsic::TraceId | Intrinsic::SpanId | Intrinsic::ParentId))
        && !matches!(operator, Operator::Equal | Operator::NotEqual)
    {
        return Err(QueryError::unsupported(column, "an order or a pattern of ids"));
    }
    Ok(Condition::Compare { field, operator, literal })
}

fn number(words: &[&str], word: &str) -> Option<i32> {
    words.iter().position(|known| *known == word).and_then(|place| i32::try_from(place).ok())
}

/// Whether it asks for no pattern.
fn ordered(operator: Operator) -> bool {
    !matches!(operator, Operator::Fits | Operator::FitsNot)
}

/// A regular expression for whole texts, of bounded size.
pub(crate) fn pattern(text: &str) -> Result<regex::Regex, String> {
    const COMPILED_BYTES_MAX: usize = 1 << 20;
    if text.len() > REGEX_BYTES_MAX {
        return Err(format!("a regular expression: {} bytes used, {REGEX_BYTES_MAX} allowed", text.len()));
    }
    // By itself first: brackets that only fit together with ours would escape them.
    let built = |text: &str| {
        regex::RegexBuilder::new(text).size_limit(COMPILED_BYTES_MAX).dfa_size_limit(COMPILED_BYTES_MAX).build()
    };
    built(text).and_then(|_| built(&format!("^(?:{text})$"))).map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default().trim();
        format!("the regular expression cannot be read: {last}")
    })
}
