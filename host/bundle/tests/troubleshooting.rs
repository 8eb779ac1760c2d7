//! The guide, the shipped one and broken ones.

use serde_json::Value;
use std::path::Path;
use tidegate_bundle::troubleshooting::{TROUBLESHOOTING_SCHEMA, is_guide, read_guide};

const SOUND: &str = "\
troubleshooting: shop
problems:
  - id: red_tests
    area: Pipeline
    title: Red tests
    symptoms: [Tests fail]
    rules: [unit_tests/*, '*/tests.pass-rate']
    steps: [ { title: Run them, command: make test } ]
  - id: slow
    area: Performance
    title: Slow
    symptoms: [Pages load slowly]
    steps: [ { title: Measure } ]
";

/// What is replaced, by what, and every mistake that follows.
const CASES: &[(&str, &str, &[&str])] = &[
    ("id: slow", "id: red_tests", &["p.yaml:9:9: `red_tests` is defined twice: first in line 3"]),
    (
        "unit_tests/*",
        "unit_tests",
        &["p.yaml:7:13: `unit_tests` is not `stage/rule`, each a name or the beginning of one with a `*` after it"],
    ),
    (
        "title: Measure",
        "titel: Measure",
        &[
            "p.yaml:13:14: `title` is missing\nhint: title: In one line",
            "p.yaml:13:16: unknown key `titel`\nhint: did you mean `title`?",
        ],
    ),
    ("make test", "\"make\\e[2K\"", &["p.yaml:8:42: `make\\u{1b}[2K` holds a control character"]),
];

fn mistakes_of(text: &str) -> Vec<String> {
    read_guide(Path::new("p.yaml"), text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn the_schema_is_a_schema() {
    let schema: Value = serde_json::from_str(TROUBLESHOOTING_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
}

#[test]
fn each_broken_guide_gets_exactly_the_expected_mistakes() {
    assert_eq!(mistakes_of(SOUND), Vec::<String>::new());
    for (sound, broken, expected) in CASES {
        assert_eq!(SOUND.matches(sound).count(), 1, "`{sound}` has to stand in the sound guide once");
        assert_eq!(mistakes_of(&SOUND.replace(sound, broken)), *expected, "for `{broken}`");
    }
}

#[test]
fn a_finding_is_found_by_its_stage_and_rule() {
    let guide = read_guide(Path::new("p.yaml"), SOUND).unwrap();
    let of = |stage, rule| guide.problems_of(stage, rule).map(|problem| problem.id.clone()).collect::<Vec<_>>();
    assert_eq!(of("unit_tests", "tests.count"), ["red_tests"]);
    assert_eq!(of("e2e_tests", "tests.pass-rate"), ["red_tests"]);
    assert_eq!(of("e2e_tests", "tests.count"), Vec::<String>::new());
}

#[test]
fn a_guide_is_told_from_a_policy_set() {
    assert!(is_guide(SOUND));
    assert!(!is_guide("policy_set: shop\nlinks: { troubleshooting: 'http://localhost' }\n"));
}

#[test]
fn the_shipped_guide_has_the_runbooks_problems_and_scripts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/troubleshooting.yaml");
    let guide = read_guide(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
    let ids: Vec<&str> = guide.problems().map(|problem| problem.id.as_str()).collect();
    let expected = [
        "code_quality",
        "test_failures",
        "security_findings",
        "performance_missed",
        "missing_evidence",
        "unmet_checklist",
        "resource_constraints",
        "database_connections",
        "certificates",
        "slow_responses",
        "high_resource_usage",
    ];
    assert_eq!(ids, expected);
    assert_eq!(
        guide.diagnostics().iter().map(|script| script.id.as_str()).collect::<Vec<_>>(),
        ["system_health", "performance"]
    );
}
