//! `time.*` gives what OPA gives.

use super::world::{conftest, document, judge, messages};
use tidegate_sdk::gate::Failure;

fn value(expression: &str) -> String {
    let module =
        format!("package main\n\ndeny contains msg if {{\n\tvalue := {expression}\n\tmsg := json.marshal(value)\n}}\n");
    messages(&module, "{}").join(", ")
}

#[test]
fn moments_are_read_and_written_as_go_does() {
    for (expression, expected) in [
        ("time.now_ns()", "1795000000000000000"),
        ("time.parse_rfc3339_ns(\"2026-11-18T12:06:40+01:00\")", "1795000000000000000"),
        ("time.parse_rfc3339_ns(\"2026-11-18T11:06:40.25Z\")", "1795000000250000000"),
        ("time.parse_ns(\"2006-01-02\", \"2026-11-18\")", "1794960000000000000"),
        ("time.parse_ns(\"RFC1123Z\", \"Wed, 18 Nov 2026 11:06:40 +0000\")", "1795000000000000000"),
        ("time.parse_ns(\"Jan _2, 2006 at 3:04pm (MST)\", \"Nov 18, 2026 at 11:06am (UTC)\")", "1794999960000000000"),
        ("time.parse_duration_ns(\"1h30m\")", "5400000000000"),
        ("time.parse_duration_ns(\"-1.5s\")", "-1500000000"),
        ("time.parse_duration_ns(\"300ms2us1ns\")", "300002001"),
        ("time.date(1795000000000000000)", "[2026,11,18]"),
        ("time.clock([1795000000000000000, \"Europe/Berlin\"])", "[12,6,40]"),
        ("time.clock([1795000000000000000, \"America/New_York\"])", "[6,6,40]"),
        ("time.weekday(time.now_ns())", "\"Wednesday\""),
        ("time.weekday([1795000000000000000, \"Asia/Tokyo\"])", "\"Wednesday\""),
        ("time.add_date(time.now_ns(), 0, 0, 1)", "1795086400000000000"),
        // The 31st of January and a month: Go counts on into March.
        ("time.date(time.add_date(time.parse_rfc3339_ns(\"2026-01-31T00:00:00Z\"), 0, 1, 0))", "[2026,3,3]"),
        ("time.date(time.add_date(time.parse_rfc3339_ns(\"2026-03-31T00:00:00Z\"), -1, -1, 0))", "[2025,3,3]"),
        (
            "time.diff(time.parse_rfc3339_ns(\"2026-03-01T00:00:00Z\"), time.parse_rfc3339_ns(\"2026-01-31T12:00:00Z\"))",
            "[0,1,0,12,0,0]",
        ),
        ("time.format(time.now_ns())", "\"2026-11-18T11:06:40Z\""),
        (
            "time.format([time.now_ns(), \"Europe/Berlin\", \"Mon Jan _2 15:04:05 MST 2006\"])",
            "\"Wed Nov 18 12:06:40 CET 2026\"",
        ),
        (
            "time.format([1795000000123000000, \"UTC\", \"2006-01-02 03:04:05.000 PM -0700\"])",
            "\"2026-11-18 11:06:40.123 AM +0000\"",
        ),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn a_text_that_is_no_time_is_undefined_and_told() {
    for expression in [
        "time.parse_rfc3339_ns(\"yesterday\")",
        "time.parse_rfc3339_ns(\"2026-02-30T00:00:00Z\")",
        "time.parse_rfc3339_ns(\"2026-11-18 11:06:40Z\")",
        "time.parse_duration_ns(\"\")",
        "time.parse_duration_ns(\"1 hour\")",
        "time.parse_ns(\"2006-01-02\", \"2026-1-1\")",
        "time.date(\"now\")",
        "time.add_date(0, 0, 0, 99999999999)",
    ] {
        let found = value(expression);
        assert!(
            found.starts_with("an expression of rule `main.deny` is undefined: a.rego:4:"),
            "{expression}: {found}"
        );
    }
}

#[test]
fn a_zone_that_is_not_known_is_never_undefined() {
    for (expression, says) in [
        ("time.clock([0, \"Local\"])", "`time.clock`: there is no local time"),
        ("time.weekday([0, \"Mars/Olympus\"])", "`time.weekday`: time zone `Mars/Olympus` is not known"),
        ("time.parse_ns(\"15:04 MST\", \"11:00 PST\")", "has only an abbreviation"),
        ("time.format([0, \"UTC\", \"2006-002\"])", "`002` in a layout is not supported"),
    ] {
        for module in [
            format!("package main\n\ndeny contains \"x\" if not {expression} == 1\n"),
            format!("package main\n\nf(x) := {expression} if x\n\ndeny contains \"x\" if f(true) == 1\n"),
        ] {
            let failure = judge(&conftest(&module), [document("{}")]).unwrap_err();
            let Failure::BadSettings(why) = &failure else { panic!("{expression}: {failure:?}") };
            assert!(why.starts_with("a.rego:3:") && why.contains(says), "{expression}: {why}");
        }
    }
}
