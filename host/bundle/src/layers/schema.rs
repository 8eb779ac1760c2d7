//! What the schema of a plugin's settings says of one of them: `x-stricter`, and what counts when nothing is said.

use super::table::Direction;
use serde_json::Value;

/// Schemas that one value is under, at most: references, alternatives and what they refer to.
const NODES_MAX: usize = 64;

/// The schemas that a value is under.
#[derive(Debug, Clone)]
pub(super) struct Schema<'a> {
    root: Option<&'a Value>,
    nodes: Vec<&'a Value>,
}

impl<'a> Schema<'a> {
    /// Of the whole settings.
    pub(super) fn of_settings(schema: Option<&'a Value>) -> Self {
        Self { root: schema, nodes: Vec::new() }.under(schema.into_iter().collect())
    }

    /// Of a member.
    pub(super) fn member(&self, key: &str) -> Self {
        let of = |node: &&'a Value| {
            let property = node.get("properties").and_then(|properties| properties.get(key));
            property.or_else(|| node.get("additionalProperties").filter(|schema| schema.is_object()))
        };
        self.under(self.nodes.iter().filter_map(of).collect())
    }

    /// Of an entry of a list.
    pub(super) fn entry(&self) -> Self {
        self.under(self.nodes.iter().filter_map(|node| node.get("items")).collect())
    }

    /// What makes a value stricter; `None` where the schema says nothing, or two things.
    pub(super) fn direction(&self) -> Option<Direction<'a>> {
        let mut found = self.nodes.iter().filter_map(|node| node.get("x-stricter"));
        let first = found.next()?;
        found.all(|other| other == first).then_some(())?;
        Some(match first {
            Value::Bool(true) => Direction::True,
            Value::Bool(false) => Direction::False,
            Value::Array(values) => Direction::Through(values),
            word => match word.as_str()? {
                "lower" => Direction::Less,
                "higher" => Direction::More,
                "true" => Direction::True,
                "false" => Direction::False,
                "more" => Direction::Larger,
                "fewer" => Direction::Smaller,
                _ => return None,
            },
        })
    }

    /// What counts when nothing is said.
    pub(super) fn default(&self) -> Option<&'a Value> {
        self.nodes.iter().find_map(|node| node.get("default"))
    }

    /// These schemas, and those that they refer to or are made of.
    fn under(&self, mut nodes: Vec<&'a Value>) -> Self {
        let mut next = 0;
        while let Some(node) = nodes.get(next).copied().filter(|_| nodes.len() < NODES_MAX) {
            let referred = node.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            let referred = referred.and_then(|pointer| self.root?.pointer(pointer));
            let parts = ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| node.get(word)?.as_array()).flatten();
            let further: Vec<&Value> = referred.into_iter().chain(parts).collect();
            for node in further {
                if !nodes.iter().any(|known| std::ptr::eq(*known, node)) {
                    nodes.push(node);
                }
            }
            next += 1;
        }
        nodes.truncate(NODES_MAX);
        Self { root: self.root, nodes }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Schema};
    use serde_json::json;

    #[test]
    fn annotations_are_found_through_references_alternatives_and_lists() {
        let schema = json!({
            "properties": {
                "a": { "$ref": "#/$defs/count", "x-stricter": "lower", "default": 3 },
                "b": { "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/strict" }] },
                "c": { "oneOf": [{ "x-stricter": "lower" }, { "x-stricter": "higher" }] },
                "d": { "additionalProperties": { "x-stricter": "fewer" } },
                "e": { "items": { "properties": { "max": { "x-stricter": "lower" } } } },
                "f": { "enum": ["fail", "warn"], "x-stricter": ["warn", "fail"] },
                "loop": { "$ref": "#/properties/loop" }
            },
            "$defs": { "count": { "type": "integer" }, "strict": { "x-stricter": true } }
        });
        let settings = Schema::of_settings(Some(&schema));
        assert_eq!(settings.member("a").direction(), Some(Direction::Less));
        assert_eq!(settings.member("a").default(), Some(&json!(3)));
        assert_eq!(settings.member("b").direction(), Some(Direction::True));
        assert_eq!(settings.member("c").direction(), None, "two directions are none");
        assert_eq!(settings.member("d").member("any").direction(), Some(Direction::Smaller));
        assert_eq!(settings.member("e").entry().member("max").direction(), Some(Direction::Less));
        let words = [json!("warn"), json!("fail")];
        assert_eq!(settings.member("f").direction(), Some(Direction::Through(&words)));
        assert_eq!(settings.member("loop").direction(), None);
        assert_eq!(settings.member("nothing").member("there").direction(), None);
        assert_eq!(Schema::of_settings(None).member("a").direction(), None);
    }
}
