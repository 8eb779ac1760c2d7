//! How a value of a policy set is named: `stages.unit_tests.evidence.unit_tests.max_age`, or as a JSON pointer with the same
//! parts. Stages and evidence go by their names, not by their places, and so do entries of settings that have one.

use crate::document::{escaped, unescaped};
use serde_json::Value;

/// The parts of a key as a person writes it: a JSON pointer, or parts with dots between them.
pub(crate) fn parts(text: &str) -> Vec<String> {
    match text.strip_prefix('/') {
        Some(rest) => rest.split('/').map(unescaped).collect(),
        None => text.split('.').map(str::to_owned).collect(),
    }
}

/// A key as it is shown: with dots, or as a JSON pointer where a part has a dot itself.
pub(crate) fn shown<T: AsRef<str>>(parts: &[T]) -> String {
    if parts.iter().any(|part| part.as_ref().contains('.')) {
        return pointer(parts);
    }
    parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(".")
}

/// A key as a JSON pointer.
pub(crate) fn pointer<T: AsRef<str>>(parts: &[T]) -> String {
    parts.iter().map(|part| format!("/{}", escaped(part.as_ref()))).collect()
}

/// A pointer into a set, where stages and evidence go by their places, as a key, where they go by their names.
pub(crate) fn named(set: &Value, place: &str) -> Vec<String> {
    let mut node = Some(set);
    let mut named: Vec<String> = Vec::new();
    for token in place.split('/').skip(1).map(unescaped) {
        let entry = node.and_then(|node| match node {
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            other => other.get(&token),
        });
        let name = match named.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["stages"] => entry.and_then(|stage| stage.get("id")),
            ["stages", _, "evidence"] => entry.and_then(|requirement| requirement.get("name")),
            _ => None,
        };
        named.push(name.and_then(Value::as_str).map_or(token, str::to_owned));
        node = entry;
    }
    named
}

/// A key as a pointer into a value in which stages, evidence and other entries with names may stand in lists.
pub(crate) fn placed<T: AsRef<str>>(value: &Value, key: &[T]) -> String {
    let mut node = Some(value);
    let mut place = Vec::new();
    for part in key.iter().map(AsRef::as_ref) {
        let is_named =
            |entry: &Value| ["id", "name"].iter().any(|key| entry.get(key).and_then(Value::as_str) == Some(part));
        let index = node.and_then(Value::as_array).and_then(|entries| entries.iter().position(is_named));
        place.push(index.map_or_else(|| part.to_owned(), |index| index.to_string()));
        node = match index {
            Some(index) => node.and_then(|node| node.get(index)),
            None => node.and_then(|node| node.get(part)),
        };
    }
    pointer(&place)
}

#[cfg(test)]
mod tests {
    use super::{named, parts, placed, pointer, shown};
    use serde_json::json;

    #[test]
    fn a_key_is_written_with_dots_or_as_a_pointer() {
        for (text, dotted) in [
            ("stages.unit_tests.mode", "stages.unit_tests.mode"),
            ("/stages/unit_tests/mode", "stages.unit_tests.mode"),
            ("/stages/load/settings/measurements/http.p95/max", "/stages/load/settings/measurements/http.p95/max"),
            ("/a~1b/c", "a/b.c"),
        ] {
            assert_eq!(shown(&parts(text)), dotted, "{text}");
        }
        assert_eq!(pointer(&parts("a.b")), "/a/b");
    }

    #[test]
    fn stages_and_evidence_go_by_their_names() {
        let set = json!({ "stages": [{ "id": "x" }, { "id": "y", "evidence": [{ "name": "e" }], "settings": { "l": [1] } }] });
        for (place, key) in [
            ("/stages/1/evidence/0/max_age", "stages.y.evidence.e.max_age"),
            ("/stages/0/mode", "stages.x.mode"),
            ("/stages/7/mode", "stages.7.mode"),
            ("/stages/1/settings/l/0", "stages.y.settings.l.0"),
            ("/valid_for", "valid_for"),
            ("", ""),
        ] {
            assert_eq!(shown(&named(&set, place)), key, "{place}");
            assert_eq!(placed(&set, &named(&set, place)), place, "{key}");
        }
    }
}
