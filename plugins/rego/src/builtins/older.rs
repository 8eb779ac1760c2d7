//! Builtins that OPA has deprecated, and older rules call.

use super::{Builtin, Shared, Unanswered, kind, text};
use regorus::Value;

pub(super) const ALL: &[(&str, u8, Builtin)] = &[
    ("all", 1, |args, _| every(&args[0]).map(|mut values| Value::Bool(values.all(is_true)))),
    ("any", 1, |args, _| every(&args[0]).map(|mut values| Value::Bool(values.any(is_true)))),
    ("cast_array", 1, cast_array),
    ("cast_boolean", 1, |args, _| cast(&args[0], "a boolean")),
    ("cast_null", 1, |args, _| cast(&args[0], "null")),
    ("cast_object", 1, |args, _| cast(&args[0], "an object")),
    ("cast_set", 1, cast_set),
    ("cast_string", 1, |args, _| cast(&args[0], "a text")),
    ("re_match", 2, matches),
    ("set_diff", 2, difference),
];

fn is_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

fn every(value: &Value) -> Result<Box<dyn Iterator<Item = &Value> + '_>, Unanswered> {
    match value {
        Value::Array(array) => Ok(Box::new(array.iter())),
        Value::Set(set) => Ok(Box::new(set.iter())),
        other => Err(Unanswered::Wrong(format!("an array or a set is needed, not {}", kind(other)))),
    }
}

fn cast(value: &Value, wanted: &str) -> Result<Value, Unanswered> {
    let found = kind(value);
    if found == wanted { Ok(value.clone()) } else { Err(Unanswered::Wrong(format!("{wanted} is needed, not {found}"))) }
}

fn cast_array(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    Ok(Value::from(every(&args[0])?.cloned().collect::<Vec<_>>()))
}

fn cast_set(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    Ok(Value::from(every(&args[0])?.cloned().collect::<std::collections::BTreeSet<_>>()))
}

fn matches(args: &[Value], shared: &Shared) -> Result<Value, Unanswered> {
    let pattern = shared.pattern(text(&args[0])?)?;
    Ok(Value::Bool(pattern.is_match(text(&args[1])?)))
}

fn difference(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    match (&args[0], &args[1]) {
        (Value::Set(one), Value::Set(other)) => Ok(one.difference(other).into_value()),
        (Value::Set(_), other) | (other, _) => {
            Err(Unanswered::Wrong(format!("two sets are needed, not {}", kind(other))))
        }
    }
}
