//! Which settings are taken, and where the others are wrong.

use canary::{Canary, settings::SCHEMA};
use tidegate_sdk::{describe::Problem, rollback::Rollback as _, settings::read_with};

fn problems(settings: &str) -> Vec<Problem> {
    read_with(settings, Canary::problems).err().unwrap_or_default()
}

fn pointers(settings: &str) -> Vec<String> {
    problems(settings).into_iter().map(|problem| problem.pointer).collect()
}

const METRIC: &str = r#""metrics": [{"name": "m", "canary": "c", "baseline": "b", "worse": "higher"}]"#;

#[test]
fn every_setting_is_taken() {
    for settings in [
        format!("{{{METRIC}}}"),
        format!(
            r#"{{"window": "1h", "confidence_percent": 99, "min_samples": 4, "max_missing_percent": 0, "not_critical": {{"gt": 0}}, {METRIC}}}"#
        ),
        r#"{"metrics": [{"name": "m", "canary": "c", "baseline": "b", "worse": "either", "unit": "ms", "shift": {"gt": 0}, "effect": {"gt": 0.99}, "critical": true}]}"#.to_owned(),
    ] {
        assert!(problems(&settings).is_empty(), "{settings}: {:?}", problems(&settings));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    let metric = |more: &str| format!(r#"{{"metrics": [{{"name": "m", "canary": "c", "baseline": "b", {more}}}]}}"#);
    for (settings, expected) in [
        (r#"{"metrics": []}"#.to_owned(), vec!["/metrics"]),
        (
            format!(r#"{{"window": "25h", "confidence_percent": 96, "min_samples": 3, "max_missing_percent": 51, {METRIC}}}"#),
            vec!["/window", "/confidence_percent", "/min_samples", "/max_missing_percent"],
        ),
        (format!(r#"{{"window": "soon", {METRIC}}}"#), vec!["/window"]),
        (metric(r#""worse": "up""#), vec!["/metrics/0/worse"]),
        (metric(r#""worse": "higher", "shift": {"gt": -1}"#), vec!["/metrics/0/shift/gt"]),
        (metric(r#""worse": "higher", "shift_percent": {"gt": -1}"#), vec!["/metrics/0/shift_percent/gt"]),
        (metric(r#""worse": "higher", "shift": {"gt": 1}, "shift_percent": {"gt": 1}"#), vec!["/metrics/0"]),
        (metric(r#""worse": "higher", "effect": {"gt": 0.4}"#), vec!["/metrics/0/effect/gt"]),
        (metric(r#""worse": "higher", "effect": {"gt": 1}"#), vec!["/metrics/0/effect/gt"]),
        (
            r#"{"metrics": [{"name": "m", "canary": "c", "baseline": "c", "worse": "higher"}, {"name": "m", "canary": "", "baseline": " ", "unit": "", "worse": "lower"}]}"#.to_owned(),
            vec!["/metrics/0/baseline", "/metrics/1/name", "/metrics/1/canary", "/metrics/1/baseline", "/metrics/1/unit"],
        ),
        (metric(r#""worse": "higher", "direction": "up""#), vec!["/metrics/0/direction"]),
    ] {
        assert_eq!(pointers(&settings), expected, "{settings}: {:?}", problems(&settings));
    }
}

#[test]
fn lists_and_names_are_bounded_and_the_problem_says_both_numbers() {
    let each = |n: usize| format!(r#"{{"name": "{n}", "canary": "c", "baseline": "b", "worse": "higher"}}"#);
    let many = |count: usize| {
        let list: Vec<String> = (0..count).map(each).collect();
        problems(&format!(r#"{{"metrics": [{}]}}"#, list.join(", ")))
    };
    assert!(many(64).is_empty());
    assert_eq!(many(65)[0].message, "65 entries used, 64 allowed");
    let long = format!(
        r#"{{"metrics": [{{"name": "{}", "canary": "c", "baseline": "b", "worse": "higher"}}]}}"#,
        "n".repeat(129)
    );
    assert_eq!(problems(&long)[0].message, "129 bytes used, 128 allowed");
}

#[test]
fn the_window_is_as_long_as_is_asked() {
    let lookback = |settings: &str| Canary::lookback(&crate::world::settings(settings)).unwrap() / 1_000_000_000;
    assert_eq!(lookback(&format!("{{{METRIC}}}")), 1800);
    assert_eq!(lookback(&format!(r#"{{"window": "1h30m", {METRIC}}}"#)), 5400);
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let keys = |value: &serde_json::Value| value["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = ["confidence_percent", "max_missing_percent", "metrics", "min_samples", "not_critical", "window"];
    assert_eq!(keys(&schema), expected);
    let metric = ["baseline", "canary", "critical", "effect", "name", "shift", "shift_percent", "unit", "worse"];
    assert_eq!(keys(&schema["properties"]["metrics"]["items"]), metric);
}
