//! `team_may_set`: what a policy set lets lower layers loosen, and how far.

use super::{compare, path};
use serde_json::Value;
use std::cmp::Ordering;

/// One key with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bound {
    pub(crate) key: Vec<String>,
    pub(crate) min: Option<Value>,
    pub(crate) max: Option<Value>,
    /// Empty: any value within `min` and `max`.
    pub(crate) one_of: Vec<Value>,
}

impl Bound {
    /// Whether a lower layer may set this value, however strict it is.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        let listed = match value {
            _ if self.one_of.is_empty() => true,
            Value::Array(entries) => compare::all_in(entries, &self.one_of),
            single => self.one_of.iter().any(|known| compare::same(known, single)),
        };
        let within = |bound: &Option<Value>, outside: Ordering| {
            bound.as_ref().is_none_or(|bound| compare::ordered(value, bound).is_some_and(|found| found != outside))
        };
        listed && within(&self.min, Ordering::Less) && within(&self.max, Ordering::Greater)
    }

    /// In words, for a message.
    pub(crate) fn in_words(&self) -> String {
        let bound = |word: &str, bound: &Option<Value>| bound.as_ref().map(|bound| format!("{word} {}", shown(bound)));
        let listed = || self.one_of.iter().map(shown).collect::<Vec<_>>().join(", ");
        let one_of = (!self.one_of.is_empty()).then(|| format!("one of {}", listed()));
        [bound("at least", &self.min), bound("at most", &self.max), one_of]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// As it is written in a set.
    pub(crate) fn to_json(&self) -> Value {
        let mut whole = serde_json::Map::new();
        whole.insert("key".to_owned(), Value::from(path::pointer(&self.key)));
        let bounds = [("min", self.min.clone()), ("max", self.max.clone())];
        whole.extend(bounds.into_iter().filter_map(|(name, bound)| Some((name.to_owned(), bound?))));
        if !self.one_of.is_empty() {
            whole.insert("one_of".to_owned(), Value::from(self.one_of.clone()));
        }
        Value::Object(whole)
    }
}

/// A value in a message: short, in backticks, unable to steer a terminal.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => crate::document::quoted(text),
        other => crate::document::quoted(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;
    use serde_json::{Value, json};

    #[test]
    fn a_bound_allows_what_lies_within_it_and_nothing_that_cannot_be_compared() {
        let bound = |min: Value, max: Value, one_of: &[Value]| {
            let given = |value: Value| (!value.is_null()).then_some(value);
            Bound { key: Vec::new(), min: given(min), max: given(max), one_of: one_of.to_vec() }
        };
        let (none, words) = (Value::Null, [json!("warn"), json!("block")]);
        for (bound, value, allowed) in [
            (bound(json!(80), none.clone(), &[]), json!(80), true),
            (bound(json!(80), none.clone(), &[]), json!(79.9), false),
            (bound(json!(80), json!(90), &[]), json!(91), false),
            (bound(none.clone(), json!("48h"), &[]), json!("2d"), true),
            (bound(none.clone(), json!("48h"), &[]), json!("49h"), false),
            (bound(none.clone(), json!("48h"), &[]), json!(1), false),
            (bound(none.clone(), json!("48h"), &[]), none.clone(), false),
            (bound(none.clone(), none.clone(), &words), json!("warn"), true),
            (bound(none.clone(), none.clone(), &words), json!("off"), false),
            (bound(none.clone(), none.clone(), &words), json!(["block", "warn"]), true),
            (bound(none.clone(), none.clone(), &words), json!(["block", "x"]), false),
        ] {
            assert_eq!(bound.allows(&value), allowed, "{value} within {}", bound.in_words());
        }
    }
}
