//! Which changes of a stage's settings are not known to make it stricter.

use super::{compare, schema::Schema};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A change of a value, with the parts of its key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) key: Vec<String>,
    pub(super) before: Option<Value>,
    /// `None`: taken away.
    pub(super) after: Option<Value>,
}

/// The changes, below `key`, of which the schema does not say that they are stricter.
pub(super) fn not_stricter(schema: Option<&Value>, before: &Value, after: &Value, key: Vec<String>) -> Vec<Change> {
    let mut walk = Walk { changes: Vec::new() };
    walk.value(&Schema::of_settings(schema), Some(before), Some(after), key);
    walk.changes
}

struct Walk {
    changes: Vec<Change>,
}

impl Walk {
    /// Recursion is bounded by the depth that a file may have.
    fn value(&mut self, schema: &Schema<'_>, before: Option<&Value>, after: Option<&Value>, key: Vec<String>) {
        match (before, after) {
            (Some(before), Some(after)) if compare::same(before, after) => {}
            (Some(Value::Object(before)), Some(Value::Object(after))) => self.members(schema, before, after, &key),
            // A group that was not there is its members, one by one; an empty one is a change of its own.
            (None, Some(Value::Object(after))) if !after.is_empty() => self.members(schema, &Map::new(), after, &key),
            (Some(Value::Array(old)), Some(Value::Array(new))) => match (by_name(old), by_name(new)) {
                (Some(old), Some(new)) => self.named(schema, &old, &new, &key),
                _ => self.single(schema, before, after, key),
            },
            _ => self.single(schema, before, after, key),
        }
    }

    fn members(
        &mut self,
        schema: &Schema<'_>,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        key: &[String],
    ) {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            self.value(&schema.member(name), before.get(name), after.get(name), further(key, name));
        }
    }

    /// Entries of a list that have names are compared with those of the same name, wherever they stand.
    fn named(&mut self, schema: &Schema<'_>, before: &Named<'_>, after: &Named<'_>, key: &[String]) {
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            match (before.get(name), after.get(name)) {
                (Some(old), Some(new)) => self.value(&schema.entry(), Some(old), Some(new), further(key, name)),
                (old, new) => {
                    // Another entry makes the list longer, a missing one shorter: that is all that the annotation speaks of.
                    let (one, two) = (json!(["entry"]), json!(["entry", name]));
                    let (before, after) = if old.is_none() { (one, two) } else { (two, one) };
                    if !schema.direction().is_some_and(|direction| direction.keeps(Some(&before), &after)) {
                        let key = further(key, name);
                        self.changes.push(Change { key, before: old.copied().cloned(), after: new.copied().cloned() });
                    }
                }
            }
        }
    }

    fn single(&mut self, schema: &Schema<'_>, before: Option<&Value>, after: Option<&Value>, key: Vec<String>) {
        let counted = before.or_else(|| schema.default());
        let same = counted.zip(after).is_some_and(|(counted, after)| compare::same(counted, after));
        let stricter = || {
            let direction = schema.direction()?;
            after.map(|after| direction.keeps(counted, after))
        };
        if !same && !stricter().unwrap_or_default() {
            self.changes.push(Change { key, before: counted.cloned(), after: after.cloned() });
        }
    }
}

type Named<'a> = BTreeMap<&'a str, &'a Value>;

/// The entries of a list by their `name`, if each has one of its own.
fn by_name(list: &[Value]) -> Option<Named<'_>> {
    let mut named = BTreeMap::new();
    for entry in list {
        let name = entry.get("name")?.as_str()?;
        if named.insert(name, entry).is_some() {
            return None;
        }
    }
    Some(named)
}

fn further(key: &[String], part: &str) -> Vec<String> {
    key.iter().cloned().chain([part.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::not_stricter;
    use crate::layers::path::shown;
    use serde_json::{Value, json};

    fn schema() -> Value {
        json!({ "properties": {
            "tests": { "properties": {
                "min_cases": { "x-stricter": "higher" },
                "min_pass_rate": { "x-stricter": "higher", "default": 100 },
                "max_flaky": { "x-stricter": "lower" },
                "suites": { "x-stricter": "more" },
                "except": { "x-stricter": "fewer" },
                "strict": { "x-stricter": "true", "default": false },
                "contradictions": { "default": "warn" }
            } },
            "measurements": { "x-stricter": "more", "items": { "properties": {
                "max": { "x-stricter": "lower" }, "min": { "x-stricter": "higher" }
            } } }
        } })
    }

    fn loosened(before: Value, after: Value) -> Vec<String> {
        not_stricter(Some(&schema()), &before, &after, Vec::new()).iter().map(|change| shown(&change.key)).collect()
    }

    #[test]
    fn stricter_settings_pass_and_looser_or_unknown_ones_are_named() {
        let none: &[&str] = &[];
        for (before, after, expected) in [
            (json!({}), json!({}), none),
            (json!({ "tests": { "min_cases": 1 } }), json!({ "tests": { "min_cases": 2 } }), none),
            (json!({ "tests": { "min_cases": 2 } }), json!({ "tests": { "min_cases": 1 } }), &["tests.min_cases"]),
            // What nobody said counts as the schema's default, and without one as no limit.
            (json!({}), json!({ "tests": { "min_pass_rate": 99 } }), &["tests.min_pass_rate"]),
            (json!({}), json!({ "tests": { "min_pass_rate": 100.0 } }), none),
            (json!({}), json!({ "tests": { "max_flaky": 5, "suites": ["a"], "strict": true } }), none),
            (json!({}), json!({ "tests": { "except": ["a"] } }), &["tests.except"]),
            (json!({ "tests": { "except": ["a", "b"] } }), json!({ "tests": { "except": ["b"] } }), none),
            (json!({ "tests": { "suites": ["a"] } }), json!({ "tests": { "suites": ["b"] } }), &["tests.suites"]),
            (json!({ "tests": { "strict": true } }), json!({ "tests": { "strict": false } }), &["tests.strict"]),
            (json!({ "tests": { "min_cases": 1 } }), json!({ "tests": { "min_cases": null } }), &["tests.min_cases"]),
            (json!({ "tests": { "min_cases": 1 } }), json!({ "tests": { "min_cases": "2" } }), &["tests.min_cases"]),
            (json!({ "tests": { "min_cases": 1 } }), json!({ "tests": 1 }), &["tests"]),
            (json!({}), json!({ "tests": {} }), &["tests"]),
            // Not annotated, or not in the schema at all.
            (json!({}), json!({ "tests": { "contradictions": "fail" } }), &["tests.contradictions"]),
            (json!({}), json!({ "tests": { "contradictions": "warn" } }), none),
            (json!({}), json!({ "other": 1 }), &["other"]),
        ] {
            assert_eq!(loosened(before.clone(), after.clone()), expected, "{before} {after}");
        }
    }

    #[test]
    fn entries_with_names_are_compared_by_them() {
        let list = |entries: Value| json!({ "measurements": entries });
        let base = list(json!([{ "name": "a", "max": 5 }, { "name": "b", "max": 7 }]));
        for (after, expected) in [
            (json!([{ "name": "b", "max": 6 }, { "name": "a", "max": 5 }]), &[][..]),
            (json!([{ "name": "b", "max": 8 }, { "name": "a", "max": 5 }]), &["measurements.b.max"]),
            (json!([{ "name": "a", "max": 5 }, { "name": "b", "max": 7 }, { "name": "c", "max": 1 }]), &[]),
            (json!([{ "name": "a", "max": 5 }]), &["measurements.b"]),
            (json!([{ "name": "a" }, { "name": "b", "max": 7 }]), &["measurements.a.max"]),
            (json!([{ "name": "a", "max": 5 }, { "name": "a", "max": 5 }]), &["measurements"]),
            (json!([]), &["measurements.a", "measurements.b"]),
        ] {
            assert_eq!(loosened(base.clone(), list(after.clone())), expected, "{after}");
        }
    }

    #[test]
    fn without_a_schema_nothing_is_known_to_be_stricter() {
        let changes = not_stricter(None, &json!({ "a": 1 }), &json!({ "a": 2, "b": { "c": 1 } }), vec!["s".to_owned()]);
        let keys: Vec<String> = changes.iter().map(|change| shown(&change.key)).collect();
        assert_eq!(keys, ["s.a", "s.b.c"]);
    }
}
