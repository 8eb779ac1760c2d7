//! Comparing two values of files.

use crate::duration;
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Which of two numbers, or of two spans of time, is larger. `None`: they cannot be compared.
pub(crate) fn ordered(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => numbers(one, other),
        (Value::String(one), Value::String(other)) => {
            Some(duration::parse(one).ok()?.cmp(&duration::parse(other).ok()?))
        }
        _ => None,
    }
}

/// Whole numbers exactly, others as they are computed with.
fn numbers(one: &Number, other: &Number) -> Option<Ordering> {
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Whether two values mean the same, also where one is `24h` and the other `1d`, or one `95` and the other `95.0`.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    one == other || ordered(one, other) == Some(Ordering::Equal)
}

/// Whether every entry of one list is in the other.
pub(crate) fn all_in(list: &[Value], other: &[Value]) -> bool {
    let key = |value: &Value| crate::canonical::text(value);
    let known: std::collections::BTreeSet<String> = other.iter().map(key).collect();
    list.iter().all(|entry| known.contains(&key(entry)))
}

#[cfg(test)]
mod tests {
    use super::{all_in, ordered, same};
    use serde_json::{Value, json};
    use std::cmp::Ordering;

    #[test]
    fn numbers_and_spans_are_compared_exactly_and_nothing_else() {
        for (one, other, expected) in [
            (json!(1), json!(2), Some(Ordering::Less)),
            (json!(u64::MAX), json!(u64::MAX - 1), Some(Ordering::Greater)),
            (json!(-1), json!(u64::MAX), Some(Ordering::Less)),
            (json!(99.5), json!(100), Some(Ordering::Less)),
            (json!("24h"), json!("1d"), Some(Ordering::Equal)),
            (json!("90m"), json!("1h"), Some(Ordering::Greater)),
            (json!("a"), json!("1h"), None),
            (json!(1), json!("1h"), None),
            (Value::Null, json!(1), None),
            (json!(true), json!(false), None),
        ] {
            assert_eq!(ordered(&one, &other), expected, "{one} {other}");
        }
        assert!(same(&json!("24h"), &json!("1d")) && same(&json!("x"), &json!("x")) && !same(&json!("x"), &json!("y")));
    }

    #[test]
    fn a_list_is_in_another_whatever_its_order() {
        let list = |value: Value| value.as_array().cloned().unwrap();
        assert!(all_in(&list(json!(["b", "a"])), &list(json!(["a", "b", "c"]))));
        assert!(!all_in(&list(json!(["d"])), &list(json!(["a"]))));
        assert!(all_in(&[], &[]));
    }
}
