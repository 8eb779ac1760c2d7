//! The published schemas and the readers say the same of every document here, or the table says where a schema cannot.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};
use tidegate_evidence::{Limits, read};

/// What is thought of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Bad,
    /// Refused by the reader alone: no schema can say it.
    BadBeyondSchema,
}

use Verdict::{Bad, BadBeyondSchema, Good};

fn validator(format: &str) -> jsonschema::Validator {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/schema/evidence");
    let text = fs::read_to_string(root.join(format!("{format}.schema.json"))).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

fn agree(format: &str, table: impl IntoIterator<Item = (Verdict, Value)>) {
    let validator = validator(format);
    for (verdict, document) in table {
        let by_schema = validator.is_valid(&document);
        let by_reader = read(Arc::from(document.to_string().as_bytes()), Some(format), &Limits::default());
        assert_eq!(by_schema, verdict != Bad, "the schema, of {document}");
        assert_eq!(by_reader.is_ok(), verdict == Good, "the reader, of {document}: {by_reader:?}");
    }
}

/// A document of `format` with one key set to a value.
fn with(format: &str, key: &str, value: Value) -> Value {
    let mut document = json!({"format": format!("tidegate/{format}/v1"), format: []});
    document[key] = value;
    document
}

#[test]
fn envelopes() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    for format in ["measurements", "statements", "facts"] {
        let with = |key, value| with(format, key, value);
        let mut table = vec![
            (Good, json!({"format": format!("tidegate/{format}/v1"), format: []})),
            (Bad, json!({"format": format!("tidegate/{format}/v1")})),
            (Bad, json!({ format: [] })),
            (Bad, json!([])),
            (Bad, with("format", json!(format!("tidegate/{format}/v2")))),
            (Bad, with("format", json!(1))),
            (Bad, with(format, json!({}))),
            (Bad, with(format, Value::Null)),
            (Bad, with(format, json!([1]))),
            (Bad, with(format, json!([{}]))),
            (Bad, with("extra", json!(1))),
            (Good, with("tool", json!("t 1"))),
            (Bad, with("tool", json!(""))),
            (Bad, with("tool", Value::Null)),
            (Good, with("complete", json!(false))),
            (Bad, with("complete", json!("false"))),
            (Good, with("revision", json!("4f2d"))),
            (Bad, with("revision", json!(""))),
            (Good, with("subject", json!(digest))),
            (Good, with("subject", json!(digest.replace("0a", "0A")))),
            (Bad, with("subject", json!(digest.replace("sha256:", "sha512:")))),
            (Bad, with("subject", json!("sha256:0a"))),
            (BadBeyondSchema, with("produced_at", json!("2026-02-30T14:30:00Z"))),
            (BadBeyondSchema, with("produced_at", json!("1970-01-01T00:00:00+01:00"))),
        ];
        let times = [
            (Good, "2026-03-31T14:30:00Z"),
            (Good, "2026-03-31T14:30:00.123456789+02:00"),
            (Good, "2016-12-31T23:59:60Z"),
            (Bad, "2026-03-31T14:30:00"),
            (Bad, "2026-03-31 14:30:00Z"),
            (Bad, "2026-03-31T14:30Z"),
            (Bad, "2026-03-31T14:30:00.Z"),
            (Bad, "2026-03-31T14:30:00.1234567890Z"),
            (Bad, "2026-03-31T14:30:00+0200"),
            (Bad, "2026-03-31T14:30:00+24:00"),
            (Bad, "2026-13-31T14:30:00Z"),
            (Bad, "1969-03-31T14:30:00Z"),
            (Bad, "2500-03-31T14:30:00Z"),
            (Bad, "2026-03-31T14:30:00Z\n"),
            (Bad, ""),
        ];
        table.extend(times.map(|(verdict, time)| (verdict, with("produced_at", json!(time)))));
        agree(format, table);
    }
}

#[test]
fn measurements() {
    let row = json!({"name": "a", "value": 1.5, "unit": "ms"});
    let list = |rows: &[Value]| with("measurements", "measurements", json!(rows));
    agree(
        "measurements",
        [
            (Good, list(std::slice::from_ref(&row))),
            (Good, list(&[json!({"name": "a", "value": -3, "unit": ""})])),
            (Good, list(&[row.clone(), json!({"name": "b", "value": 1e300, "unit": "s"})])),
            (Bad, list(&[json!({"name": "", "value": 1, "unit": "s"})])),
            (Bad, list(&[json!({"value": 1, "unit": "s"})])),
            (Bad, list(&[json!({"name": "a", "unit": "s"})])),
            (Bad, list(&[json!({"name": "a", "value": 1})])),
            (Bad, list(&[json!({"name": "a", "value": "1", "unit": "s"})])),
            (Bad, list(&[json!({"name": "a", "value": null, "unit": "s"})])),
            (Bad, list(&[json!({"name": "a", "value": 1, "unit": null})])),
            (Bad, list(&[json!({"name": "a", "value": 1, "unit": "s", "at": 1})])),
            (BadBeyondSchema, list(&[row.clone(), row])),
        ],
    );
}

#[test]
fn statements() {
    let row = |key: &str, value: Value| {
        let mut row = json!({"item": "a", "satisfied": true, "by": "alice", "at": "2026-03-31T14:30:00Z"});
        row[key] = value;
        with("statements", "statements", json!([row]))
    };
    let without = |key: &str| {
        let mut document = row("note", json!(""));
        document["statements"][0].as_object_mut().unwrap().remove(key);
        document
    };
    let mut table = vec![
        (Good, row("link", json!("https://example.org"))),
        (Good, row("note", json!(""))),
        (Good, row("satisfied", json!(false))),
        (Bad, row("link", json!(""))),
        (Bad, row("note", Value::Null)),
        (Bad, row("satisfied", json!("yes"))),
        (Bad, row("by", json!(""))),
        (Bad, row("at", json!("yesterday"))),
        (Bad, row("who", json!("bob"))),
    ];
    table.extend(["item", "satisfied", "by"].map(|key| (Bad, without(key))));
    table.extend(["note", "at"].map(|key| (Good, without(key))));
    agree("statements", table);
}

#[test]
fn facts() {
    let value = |value: Value| with("facts", "facts", json!([{"name": "a", "value": value}]));
    agree(
        "facts",
        [
            (Good, value(json!("text"))),
            (Good, value(json!(""))),
            (Good, value(json!(-1))),
            (Good, value(json!(u64::MAX))),
            (Good, value(json!(0.5))),
            (Good, value(json!(true))),
            (Good, value(json!({"time": "2027-01-01T00:00:00Z"}))),
            (Bad, value(json!({"time": "2027"}))),
            (Bad, value(json!({"time": 1}))),
            (Bad, value(json!({}))),
            (Bad, value(json!({"time": "2027-01-01T00:00:00Z", "zone": "UTC"}))),
            (Bad, value(json!(["a"]))),
            (Bad, value(Value::Null)),
            (Bad, with("facts", "facts", json!([{"name": "a"}]))),
            (Bad, with("facts", "facts", json!([{"name": "", "value": 1}]))),
            (Bad, with("facts", "facts", json!([{"name": "a", "value": 1, "unit": "s"}]))),
            (BadBeyondSchema, with("facts", "facts", json!([{"name": "a", "value": 1}, {"name": "a", "value": 2}]))),
        ],
    );
}
