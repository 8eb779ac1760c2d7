//! Which settings are taken, and where the others are wrong.

use quality::{Quality, settings::SCHEMA};
use tidegate_sdk::settings::read;

fn pointers(settings: &str) -> Vec<String> {
    let problems = read::<Quality>(settings).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.pointer).collect()
}

#[test]
fn settings_of_every_group_are_taken() {
    for settings in [
        r#"{"tests": {}}"#,
        r#"{"tests": {"min_pass_rate": 97.5, "min_cases": 1, "max_flaky": 0, "max_skipped": 3, "expected_suites": ["api*"], "contradictions": "fail"}}"#,
        r#"{"coverage": {"min_lines": 80}, "issues": {"max": {"critical": 0}}}"#,
        r#"{"issues": {"max": {"low": 5}, "except": ["a*"], "except_under": ["vendor/"], "include_suppressed": true}}"#,
        r#"{"measurements": [{"name": "p95", "max": 2000, "unit": "ms"}, {"name": "rps", "min": 10}]}"#,
        r#"{"measurements": [{"name": "p95", "max": 2, "subject": "/a*", "min_subjects": 2}, {"name": "p95", "max": 3}]}"#,
        r#"{"tests": {"vanished_max_percent": 5}, "coverage": {"fall_max_points": 0.5}}"#,
        r#"{"accessibility": {"max": {"high": 0}, "min_score": 90, "min_pages": 3, "evidence": ["axe"]}}"#,
        r#"{"performance": {"max_breached": 0, "min_scores": {"performance": 90}, "min_pages": 3}}"#,
    ] {
        assert!(pointers(settings).is_empty(), "{settings}: {:?}", pointers(settings));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    for (settings, expected) in [
        ("{}", vec![""]),
        (r#"{"test": {}}"#, vec!["/test"]),
        (r#"{"tests": {"min_pass": 3}}"#, vec!["/tests/min_pass"]),
        (
            r#"{"tests": {"min_pass_rate": 101}, "coverage": {"min_lines": -1}}"#,
            vec!["/tests/min_pass_rate", "/coverage/min_lines"],
        ),
        (r#"{"tests": {"min_pass_rate": 33.3333333}}"#, vec!["/tests/min_pass_rate"]),
        (r#"{"tests": {"min_cases": -1}}"#, vec!["/tests/min_cases"]),
        (r#"{"tests": {"contradictions": "ignore"}}"#, vec!["/tests/contradictions"]),
        (r#"{"tests": {"expected_suites": ["", "a"]}, "coverage": {}}"#, vec!["/tests/expected_suites/0", "/coverage"]),
        (
            r#"{"issues": {"max": {}, "except": [""], "except_under": [""]}}"#,
            vec!["/issues/except/0", "/issues/except_under/0", "/issues/max"],
        ),
        (r#"{"issues": {"max": {"fatal": 0}}}"#, vec!["/issues/max/fatal"]),
        (r#"{"measurements": []}"#, vec!["/measurements"]),
        (r#"{"tests": {"vanished_max_percent": 101}}"#, vec!["/tests/vanished_max_percent"]),
        (r#"{"coverage": {"fall_max_points": -1}}"#, vec!["/coverage/fall_max_points"]),
        (r#"{"accessibility": {}}"#, vec!["/accessibility"]),
        (r#"{"accessibility": {"max": {}, "min_pages": 1}}"#, vec!["/accessibility/max", "/accessibility/min_pages"]),
        (r#"{"performance": {"min_pages": 1}}"#, vec!["/performance", "/performance/min_pages"]),
        (r#"{"performance": {"min_scores": {"a/b": 101}}}"#, vec!["/performance/min_scores/a~1b"]),
        (
            r#"{"measurements": [{"name": "a"}, {"name": "a", "min": 3, "max": 2}, {"name": "", "max": 1, "unit": ""}]}"#,
            vec![
                "/measurements/0",
                "/measurements/1/name",
                "/measurements/1",
                "/measurements/2/name",
                "/measurements/2/unit",
            ],
        ),
    ] {
        assert_eq!(pointers(settings), expected, "{settings}");
    }
}

#[test]
fn lists_are_bounded_and_the_problem_says_both_numbers() {
    let many = |count: usize, entry: &str| serde_json::to_string(&vec![entry; count]).unwrap();
    let problems = |settings: String| read::<Quality>(&settings).err().unwrap_or_default();
    assert!(problems(format!(r#"{{"tests": {{"expected_suites": {}}}}}"#, many(100, "a"))).is_empty());
    let over = problems(format!(r#"{{"tests": {{"expected_suites": {}}}}}"#, many(101, "a")));
    assert_eq!(over[0].message, "101 entries used, 100 allowed");
    assert!(problems(format!(r#"{{"issues": {{"max": {{"low": 0}}, "except": {}}}}}"#, many(256, "a"))).is_empty());
    let over = problems(format!(r#"{{"issues": {{"max": {{"low": 0}}, "except": {}}}}}"#, many(257, "a")));
    assert_eq!(over[0].message, "257 entries used, 256 allowed");
    let long = problems(format!(r#"{{"tests": {{"expected_suites": {}}}}}"#, many(1, &"a".repeat(257))));
    assert_eq!(long[0].message, "257 bytes used, 256 allowed");
}

#[test]
fn the_schema_is_json_and_knows_every_key() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accessibility", "coverage", "issues", "measurements", "performance", "tests"]);
    assert_eq!(schema["additionalProperties"], false);
}
