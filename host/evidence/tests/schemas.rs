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

/// The key of a format's list.
fn list_of(format: &str) -> &str {
    if format == "probe" { "probes" } else { format }
}

/// A document of `format` with one key set to a value.
fn with(format: &str, key: &str, value: Value) -> Value {
    let mut document = json!({"format": format!("tidegate/{format}/v1"), list_of(format): []});
    document[key] = value;
    document
}

#[test]
fn envelopes() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    for format in ["measurements", "statements", "facts", "probe"] {
        let list = list_of(format);
        let with = |key, value| with(format, key, value);
        let mut table = vec![
            (Good, json!({"format": format!("tidegate/{format}/v1"), list: []})),
            (Bad, json!({"format": format!("tidegate/{format}/v1")})),
            (Bad, json!({ list: [] })),
            (Bad, json!([])),
            (Bad, with("format", json!(format!("tidegate/{format}/v2")))),
            (Bad, with("format", json!(1))),
            (Bad, with(list, json!({}))),
            (Bad, with(list, Value::Null)),
            (Bad, with(list, json!([1]))),
            (Bad, with(list, json!([{}]))),
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
    let whole = |key, value| with("statements", key, value);
    table.extend([
        (Good, whole("environment", json!("production"))),
        (Bad, whole("environment", json!(""))),
        (Bad, whole("environment", json!("in production"))),
        (Good, whole("services", json!(["api", "web"]))),
        (Bad, whole("services", json!([]))),
        (Bad, whole("services", json!(["api", ""]))),
        (Bad, whole("services", json!("api"))),
        (Bad, whole("services", json!(vec!["a"; 65]))),
    ]);
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

#[test]
fn probes() {
    let answered = |key: &str, value: Value| {
        let mut probe = json!({"url": "https://shop.example/", "status": 200});
        probe[key] = value;
        with("probe", "probes", json!([probe]))
    };
    let unanswered = |probe: Value| with("probe", "probes", json!([probe]));
    let many =
        |count: usize| json!((0..count).map(|n| (format!("h{n}"), json!(""))).collect::<serde_json::Map<_, _>>());
    let urls = |count: usize| (0..count).map(|n| json!({"url": format!("u{n}"), "status": 200})).collect::<Vec<_>>();
    agree(
        "probe",
        [
            (Good, answered("duration_ms", json!(12.5))),
            (Good, answered("duration_ms", json!(0))),
            (Good, answered("status", json!(999))),
            (Good, answered("headers", json!({}))),
            (Good, answered("headers", json!({"strict-transport-security": "max-age=1", "x_y": ""}))),
            (Good, answered("headers", many(64))),
            (Good, unanswered(json!({"url": "u", "error": "refused"}))),
            (Good, unanswered(json!({"url": "u", "error": "cut off", "headers": {"server": "s"}}))),
            (Good, with("probe", "probes", json!(urls(1_000)))),
            (Bad, with("probe", "probes", json!(urls(1_001)))),
            (Bad, answered("headers", many(65))),
            (Bad, answered("headers", json!({"Server": "s"}))),
            (Bad, answered("headers", json!({"": "s"}))),
            (Bad, answered("headers", json!({"a b": "s"}))),
            (Bad, answered("headers", json!({"a".repeat(101): "s"}))),
            (Bad, answered("headers", json!({"server": 1}))),
            (Bad, answered("headers", json!([]))),
            (Bad, answered("headers", Value::Null)),
            (Bad, answered("duration_ms", json!(-0.5))),
            (Bad, answered("duration_ms", json!("1"))),
            (Bad, answered("status", json!(99))),
            (Bad, answered("status", json!(1000))),
            (Bad, answered("status", json!(200.5))),
            (Bad, answered("status", json!("200"))),
            (BadBeyondSchema, answered("status", json!(200.0))),
            (Bad, answered("error", json!("refused"))),
            (Bad, answered("url", json!(""))),
            (Bad, answered("method", json!("GET"))),
            (Bad, unanswered(json!({"url": "u"}))),
            (Bad, unanswered(json!({"status": 200}))),
            (Bad, unanswered(json!({"url": "u", "error": ""}))),
            (BadBeyondSchema, with("probe", "probes", json!([urls(1), urls(1)].concat()))),
        ],
    );
}

#[test]
fn certificates() {
    let with_certificate =
        |certificate: Value| with("probe", "probes", json!([{"url": "u", "status": 200, "certificate": certificate}]));
    let certificate = |key: &str, value: Value| {
        let mut certificate = json!({"not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z"});
        certificate["trusted"] = json!(false);
        certificate[key] = value;
        with_certificate(certificate)
    };
    agree(
        "probe",
        [
            (Good, certificate("trusted", json!(true))),
            (Good, certificate("problem", json!("expired"))),
            (Good, certificate("subject", json!(""))),
            (Good, certificate("issuer", json!("CN=a"))),
            (Good, certificate("names", json!([]))),
            (Good, certificate("names", json!(["a", "b"]))),
            (Bad, certificate("names", json!([""]))),
            (Bad, certificate("names", json!("a"))),
            (Bad, certificate("subject", Value::Null)),
            (Bad, certificate("trusted", json!("no"))),
            (Bad, certificate("problem", json!(""))),
            (Bad, certificate("not_after", json!("2027"))),
            (Bad, certificate("serial", json!("1"))),
            (Bad, with_certificate(json!({}))),
            (Bad, with_certificate(Value::Null)),
            (Bad, with_certificate(json!({"not_before": "2026-01-01T00:00:00Z"}))),
            (
                Bad,
                with_certificate(json!({
                    "not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z", "problem": "expired"
                })),
            ),
        ],
    );
}
