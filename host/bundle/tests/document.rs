//! A file read by any schema, as the server reads its own configuration.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde::Deserialize;
use serde_json::{Value, json};
use tidegate_bundle::document::{Position, read};

#[derive(Debug, Deserialize, PartialEq)]
struct Config {
    listen: String,
    level: Option<String>,
    store: Option<Store>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Store {
    path: String,
    workers: u8,
}

fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["listen"],
        "properties": {
            "listen": { "type": "string", "description": "Where to listen. A port of 0 is a free one." },
            "level": { "oneOf": [{ "const": "info" }, { "const": "debug", "description": "More." }] },
            "store": { "anyOf": [{ "$ref": "#/$defs/Store" }, { "type": "null" }] },
        },
        "$defs": {
            "Store": {
                "type": "object",
                "additionalProperties": false,
                "required": ["path", "workers"],
                "properties": { "path": { "type": ["string", "null"] }, "workers": { "type": "integer" } },
            },
        },
    })
}

fn mistakes_of(text: &str) -> Vec<String> {
    read::<Config>(text, "c.yaml", &schema()).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_sound_file_is_read_with_the_places_of_its_values() {
    let (config, positions) =
        read::<Config>("listen: ':0'\nstore:\n  path: a/b\n  workers: 2\n", "c.yaml", &schema()).unwrap();
    assert_eq!(config.store, Some(Store { path: "a/b".to_owned(), workers: 2 }));
    assert_eq!(positions.find("/store/workers"), Some(Position { line: 4, column: 12 }));
    assert_eq!(positions.key_at("/store/workers"), Position { line: 4, column: 3 });
    assert_eq!(positions.find("/store/none"), None);
    assert_eq!(positions.at("/store/none"), Position { line: 3, column: 3 });
    assert_eq!(positions.at(""), Position { line: 1, column: 1 });
    assert_eq!(positions.file(), "c.yaml");
}

#[test]
fn of_alternatives_the_one_that_was_meant_is_explained() {
    assert_eq!(
        mistakes_of("level: inf\nstore: { path: 1, worker: 2 }\n"),
        [
            "c.yaml:1:1: `listen` is missing\nhint: listen: Where to listen",
            "c.yaml:1:8: `inf` is not one of `info`, `debug`\nhint: did you mean `info`?",
            "c.yaml:2:8: `workers` is missing",
            "c.yaml:2:16: expected a text or nothing, found the number `1`\nhint: put it in quotes",
            "c.yaml:2:19: unknown key `worker`\nhint: did you mean `workers`?",
        ]
    );
}

#[test]
fn what_only_the_type_refuses_has_its_place_too() {
    let found = mistakes_of("listen: x\nstore: { path: a, workers: 300 }\n");
    assert_eq!(found, ["c.yaml:2:28: invalid value: integer `300`, expected u8"]);
}

#[test]
fn a_schema_that_is_none_accepts_nothing() {
    let found = read::<Value>("a: 1\n", "c.yaml", &json!({ "type": "nonsense" })).unwrap_err();
    assert!(found[0].message.starts_with("the schema of this kind of file is itself wrong: "), "{}", found[0]);
}
