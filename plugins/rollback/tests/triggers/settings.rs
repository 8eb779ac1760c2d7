//! Which settings are taken, and where the others are wrong.

use rollback::{Rollback, settings::SCHEMA};
use tidegate_sdk::{describe::Problem, rollback::Rollback as _, settings::read_with};

fn problems(settings: &str) -> Vec<Problem> {
    read_with(settings, Rollback::problems).err().unwrap_or_default()
}

fn pointers(settings: &str) -> Vec<String> {
    problems(settings).into_iter().map(|problem| problem.pointer).collect()
}

/// One trigger of these keys.
fn trigger(keys: &str) -> String {
    format!(r#"{{"triggers": [{{"name": "t", {keys}}}]}}"#)
}

#[test]
fn every_form_is_taken() {
    for keys in [
        r#""signal": "s", "gt": 0, "consecutive": {"gt": 0}"#,
        r#""signal": "s", "lt": -1.5, "for": {"gt": "1s"}, "max_gap": "1m", "missing": "fail""#,
        r#""signal": "s", "unit": "ms", "gt": 1, "k_of_n": {"gt": 0, "of": 1}, "reads": "rate", "clear_after": "1h""#,
        r#""alert": {"severity": "critical"}, "then": "hold", "severity": "info""#,
    ] {
        assert!(problems(&trigger(keys)).is_empty(), "{keys}: {:?}", problems(&trigger(keys)));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    let at = |key: &str| format!("/triggers/0{key}");
    for (keys, expected) in [
        (r#""signal": "s", "gt": 1"#, vec![""]),
        (r#""gt": 1, "consecutive": {"gt": 1}"#, vec![""]),
        (r#""signal": "s", "consecutive": {"gt": 1}"#, vec![""]),
        (r#""signal": "s", "gt": 1, "lt": 1, "consecutive": {"gt": 1}"#, vec![""]),
        (r#""signal": "s", "gt": 1, "consecutive": {"gt": 1}, "for": {"gt": "1m"}"#, vec![""]),
        (r#""signal": "s", "gt": 1, "consecutive": {"gt": 10001}"#, vec!["/consecutive/gt"]),
        (r#""signal": "s", "gt": 1, "for": {"gt": "5 minutes"}"#, vec!["/for/gt"]),
        (r#""signal": "s", "gt": 1, "for": {"gt": "25h"}"#, vec!["/for/gt"]),
        (r#""signal": "s", "gt": 1, "k_of_n": {"gt": 5, "of": 5}"#, vec!["/k_of_n/gt"]),
        (r#""signal": "s", "gt": 1, "k_of_n": {"gt": 5, "of": 10001}"#, vec!["/k_of_n/of"]),
        (r#""alert": {}"#, vec!["/alert"]),
        (r#""alert": {"name": ""}"#, vec!["/alert/name"]),
        (
            r#""alert": {"name": "a"}, "signal": "s", "gt": 1, "for": {"gt": "1m"}, "clear_after": "1m""#,
            vec!["/signal", "/gt", "/for", "/clear_after"],
        ),
        (
            r#""signal": "", "unit": " ", "gt": 1, "consecutive": {"gt": 1}, "reads": "all", "missing": "ok", "max_gap": "29s", "clear_after": "x", "then": "undo", "severity": "bad""#,
            vec!["/then", "/severity", "/signal", "/unit", "/reads", "/missing", "/max_gap", "/clear_after"],
        ),
        (r#""signals": "s""#, vec!["/signals"]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(at).collect();
        assert_eq!(pointers(&trigger(keys)), expected, "{keys}: {:?}", problems(&trigger(keys)));
    }
    assert_eq!(pointers(r#"{"triggers": []}"#), ["/triggers"]);
    assert_eq!(pointers(r#"{"step": "0s", "triggers": []}"#), ["/step", "/triggers"]);
    let twice = r#"{"triggers": [{"name": "a", "alert": {"name": "x"}}, {"name": "a", "alert": {"name": "y"}}]}"#;
    assert_eq!(pointers(twice), ["/triggers/1/name"]);
}

#[test]
fn what_is_asked_is_bounded_and_the_problem_says_both_numbers() {
    let each = |n: usize| format!(r#"{{"name": "{n}", "alert": {{"name": "a"}}}}"#);
    let many = |count: usize| {
        let list: Vec<String> = (0..count).map(each).collect();
        problems(&format!(r#"{{"triggers": [{}]}}"#, list.join(", ")))
    };
    assert!(many(64).is_empty());
    assert_eq!(many(65)[0].message, "65 entries used, 64 allowed");
    let long = format!(r#"{{"triggers": [{{"name": "{}", "alert": {{"name": "a"}}}}]}}"#, "n".repeat(129));
    assert_eq!(problems(&long)[0].message, "129 bytes used, 128 allowed");
    let far = problems(&trigger(r#""signal": "s", "gt": 1, "consecutive": {"gt": 9999}"#));
    assert_eq!(far[0].message, "the window reaches too far back: 600030 seconds used, 86400 allowed");
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let keys = |value: &serde_json::Value| value["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&schema), ["step", "triggers"]);
    let trigger = &schema["properties"]["triggers"]["items"];
    for key in keys(trigger) {
        // Whatever the schema knows is read: the problem with a value of no known type is its type.
        let read = problems(&format!(r#"{{"triggers": [{{"name": "t", "{key}": [[]]}}]}}"#));
        assert!(!read[0].message.contains("unknown field"), "{key}: {}", read[0].message);
    }
    assert_eq!(keys(trigger).len(), 15);
}
