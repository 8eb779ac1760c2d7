//! Which settings are taken, and where the others are wrong.

use security::{Security, settings::SCHEMA};
use tidegate_sdk::settings::read;

fn pointers(settings: &str) -> Vec<String> {
    let problems = read::<Security>(settings).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.pointer).collect()
}

#[test]
fn settings_of_every_group_are_taken() {
    for settings in [
        r#"{"vulnerabilities": {}}"#,
        r#"{"vulnerabilities": {"max": {"critical": 0, "high": 0}, "only_fixable": true, "leeway_days": {"high": 14},
            "known_exploited": "report", "max_epss": 0.5, "except": ["CVE-2026-*"], "database_max_age_hours": 48, "required": false}}"#,
        r#"{"issues": {"score_below": 7.0}}"#,
        r#"{"issues": {"max": {"high": 0}, "only": ["security"], "except": ["a"], "except_under": ["b"], "include_suppressed": true, "required": false}}"#,
        r#"{"secrets": {}}"#,
        r#"{"secrets": {"max": 1, "except": ["a"], "except_under": ["b"], "include_suppressed": true, "evidence": ["gitleaks"], "required": false}}"#,
        r#"{"misconfigurations": {"max": {"high": 0}, "evidence": ["checkov"]}}"#,
        r#"{"licenses": {"allow": ["MIT"], "deny": ["GPL-3.0-only"], "except": ["a"], "unstated": "report"}}"#,
        r#"{"sbom": {"min_components": 10}}"#,
        r#"{"provenance": {"builders": ["a"], "same_commit": true, "same_repository": true, "same_artifact": true}}"#,
        r#"{"certificates": {"min_days_left": 14, "allow_untrusted": true, "min_endpoints": 5, "expected_subjects": ["https://a"]}}"#,
        r#"{"headers": {"expected": [{"name": "x-frame-options", "any_of": ["DENY"]}], "min_hsts_days": 180}}"#,
        r#"{"endpoints": {"status": [200, 204]}}"#,
        r#"{"baseline": {"new_vulnerabilities": {"max": {"high": 0}, "only_fixable": true}, "new_issues": {"max": {"high": 0}}}}"#,
    ] {
        assert!(pointers(settings).is_empty(), "{settings}: {:?}", pointers(settings));
    }
}

#[test]
fn every_problem_is_found_at_once_and_says_where() {
    for (settings, expected) in [
        ("{}", vec![""]),
        (r#"{"vulnerability": {}}"#, vec!["/vulnerability"]),
        (
            r#"{"vulnerabilities": {"max": {}, "leeway_days": {"high": 4000}, "max_epss": 1.5, "except": [""],
                "database_max_age_hours": 90000}}"#,
            vec![
                "/vulnerabilities/max",
                "/vulnerabilities/leeway_days/high",
                "/vulnerabilities/leeway_days/high",
                "/vulnerabilities/max_epss",
                "/vulnerabilities/except/0",
                "/vulnerabilities/database_max_age_hours",
            ],
        ),
        (r#"{"vulnerabilities": {"known_exploited": "report"}}"#, vec!["/vulnerabilities"]),
        (r#"{"vulnerabilities": {"known_exploited": "ignore"}}"#, vec!["/vulnerabilities/known_exploited"]),
        (r#"{"issues": {}}"#, vec!["/issues"]),
        (r#"{"issues": {"score_below": 0}}"#, vec!["/issues/score_below"]),
        (
            r#"{"issues": {"score_below": 10.1}, "secrets": {"except": [""]}}"#,
            vec!["/issues/score_below", "/secrets/except/0"],
        ),
        (r#"{"secrets": {"max": -1}}"#, vec!["/secrets/max"]),
        (r#"{"misconfigurations": {"max": {}}}"#, vec!["/misconfigurations/max"]),
        (r#"{"licenses": {}}"#, vec!["/licenses"]),
        (r#"{"licenses": {"allow": ["MIT"], "deny": ["WTFPL", "MIT"]}}"#, vec!["/licenses/deny/1"]),
        (r#"{"provenance": {}}"#, vec!["/provenance"]),
        (r#"{"provenance": {"builders": [""]}}"#, vec!["/provenance/builders/0"]),
        (r#"{"certificates": {"min_days_left": 3651}}"#, vec!["/certificates/min_days_left"]),
        (r#"{"headers": {"expected": []}}"#, vec!["/headers/expected"]),
        (
            r#"{"headers": {"expected": [{"name": "X-Frame-Options"}, {"name": "a"}, {"name": "a", "any_of": [""]}]}}"#,
            vec!["/headers/expected/0/name", "/headers/expected/2/any_of/0", "/headers/expected/2/name"],
        ),
        (r#"{"endpoints": {"status": []}}"#, vec!["/endpoints/status"]),
        (r#"{"baseline": {}}"#, vec!["/baseline"]),
        (r#"{"baseline": {"new_issues": {"max": {}}}}"#, vec!["/baseline/new_issues/max"]),
    ] {
        assert_eq!(pointers(settings), expected, "{settings}");
    }
}

#[test]
fn the_schema_is_json_and_knows_every_group() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let groups = [
        "baseline",
        "certificates",
        "endpoints",
        "headers",
        "issues",
        "licenses",
        "misconfigurations",
        "provenance",
        "sbom",
        "secrets",
        "vulnerabilities",
    ];
    assert_eq!(keys, groups);
    assert_eq!(schema["additionalProperties"], false);
}
