//! The language is OPA's also where the interpreter would read it otherwise: nothing is left out in silence.

use super::world::{document, judge, messages, problems};
use serde_json::{Value, json};

fn older(module: &str) -> Value {
    json!({ "mode": "conftest", "version": "v0", "modules": [{ "file": "a.rego", "source": module }] })
}

fn found(module: &str) -> Vec<String> {
    let report = judge(&older(module), [document(r#"{"a": 5, "b": 9}"#)]).unwrap();
    report.findings.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn every_body_of_a_head_counts() {
    for (rules, expected) in [
        (
            "f(x) = y {\n\tx == 9\n\ty := 1\n} {\n\tx == 5\n\ty := 2\n}\ndeny[m] { m := sprintf(\"%v\", [f(input.a)]) }",
            "2",
        ),
        (
            "f(x) = y {\n\tx == 9\n\ty := 1\n} {\n\tx == 5\n\ty := 2\n}\ndeny[m] { m := sprintf(\"%v\", [f(input.b)]) }",
            "1",
        ),
        (
            "f(x) = 1 { x == 1 } { x == 2 }\n\n# Five, too.\n{ x == 5 }\ndeny[m] { m := sprintf(\"%v\", [f(input.a)]) }",
            "1",
        ),
        ("r = y { input.z; y := 1 }\n# or\n{ input.a; y := 2 }\ndeny[m] { m := sprintf(\"%v\", [r]) }", "2"),
        ("r { input.z } { input.a }\ndeny[m] { r; m := \"r\" }", "r"),
        (
            "f(x,\n  # the other\n  y) = z { x == 9; z := y } { x == 5; z := x }\ndeny[m] { m := sprintf(\"%v\", [f(input.a, 1)]) }",
            "5",
        ),
        (
            "m[k] = v { input.z; k := \"x\"; v := 1 } { k := \"y\"; v := 7 }\ndeny[t] { t := sprintf(\"%v\", [m]) }",
            "{\"y\": 7}",
        ),
    ] {
        assert_eq!(found(&format!("package main\n{rules}\n")), [expected], "{rules}");
    }
}

#[test]
fn an_else_stays_an_else_and_an_object_is_no_body() {
    let rules = "package main\nf(x) = 1 { x == 9 } else = 2 { x == 5 }\no = {\"k\": 1} { input.a }\ndeny[m] { m := sprintf(\"%v %v\", [f(input.a), o]) }\n";
    assert_eq!(found(rules), ["2 {\"k\": 1}"]);
}

#[test]
fn what_two_bodies_disagree_about_is_an_error() {
    let rules =
        "package main\nf(x) = y { x > 1; y := 1 } { x > 2; y := 2 }\ndeny[m] { m := sprintf(\"%v\", [f(input.a)]) }\n";
    assert!(judge(&older(rules), [document(r#"{"a": 5}"#)]).is_err());
}

#[test]
fn every_body_of_a_set_counts() {
    let rules = "package main\ndeny[m] {\n\tm := input.z\n} {\n\tm := \"é x\"\n} { m := \"y\" }\n\ndeny[{\"msg\": m}] { input.a; m := \"u\" } { m := \"v\" }\n";
    let mut messages = found(rules);
    messages.sort();
    assert_eq!(messages, ["u", "v", "y", "é x"]);
}

#[test]
fn more_bodies_of_sets_than_are_written_out_are_refused_with_file_and_line() {
    let bodies = "{ m := \"x\" }\n".repeat(150);
    let said = problems(&older(&format!("package main\ndeny[m] {bodies}"))).join("\n");
    assert!(
        said.starts_with("/modules/0/source a.rego:") && said.ends_with("write each of them as a rule of its own"),
        "{said}"
    );
}

#[test]
fn a_line_that_begins_with_a_parenthesis_is_no_argument() {
    let rules = "package main\ndeny[\"x\"] {\n\tinput.a\n\t(input.b - input.a) > 3\n}\n";
    assert_eq!(found(rules), ["x"]);
}

#[test]
fn a_message_is_there_whatever_its_format_makes_of_it() {
    for (expression, expected) in [
        ("sprintf(\"%d of %d\", [input.a])", "5 of %!d(MISSING)"),
        ("sprintf(\"%d\", [input.a / 2])", "%!d(float64=2.5)"),
        ("sprintf(\"%v is bad\", [input.a, input.b])", "5 is bad%!(EXTRA int=9)"),
        ("sprintf(\"100%\", [])", "100%!(NOVERB)"),
        ("sprintf(\"%s\", [{\"x\", \"y\"}])", "{\"x\", \"y\"}"),
    ] {
        let module = format!("package main\n\ndeny contains m if m := {expression}\n");
        assert_eq!(messages(&module, r#"{"a": 5, "b": 9}"#), [expected], "{expression}");
    }
    let module = "package main\n\ndeny contains m if m := sprintf(\"%v %v\", [input.a, 123456789123456789123])\n";
    assert_eq!(messages(module, r#"{"a": 123456789123456789123}"#), ["1.234567891234568e+20 123456789123456789123"]);
    assert_eq!(found("package main\ndeny[m] { sprintf(\"%v\", [input.a], m) }\n"), ["5"]);
}
