//! The plugin's judgements, as data: every rule on both sides of its boundary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod baseline;
mod pages;
mod world;

use quality::Quality;
use tidegate_sdk::{
    evidence::{
        scan::{ScanKind, Suppression},
        small::{Coverage, Fact, Measurement, Value},
    },
    finding::Severity::{Critical, High, Low, Medium},
    fixture::{BaselineFixture, DocumentFixture},
    gate::Gate as _,
    report::{
        Outcome::{Fail, Inconclusive, Pass},
        Ratio,
    },
};
use world::{Rules, cases, doc, hold, issue, judged, judged_against, measured, tests};

#[test]
fn the_pass_rate_is_kept_exactly_at_its_boundary() {
    let rate = |min: &'static str, passed, failed, outcome, decisive: Rules, others: Rules| {
        (min, vec![tests(passed, failed)], outcome, decisive, others)
    };
    hold(vec![
        rate(r#"{"tests": {}}"#, 100, 0, Pass, &[], &[]),
        rate(r#"{"tests": {}}"#, 99, 1, Fail, &["tests.pass-rate"], &[]),
        rate(r#"{"tests": {"min_pass_rate": 100}}"#, 99, 1, Fail, &["tests.pass-rate"], &[]),
        rate(r#"{"tests": {"min_pass_rate": 97.5}}"#, 39, 1, Pass, &[], &["tests.pass-rate"]),
        rate(r#"{"tests": {"min_pass_rate": 97.500001}}"#, 39, 1, Fail, &["tests.pass-rate"], &[]),
        rate(r#"{"tests": {"min_pass_rate": 33.333333}}"#, 1, 2, Pass, &[], &["tests.pass-rate"]),
        rate(r#"{"tests": {"min_pass_rate": 33.333334}}"#, 1, 2, Fail, &["tests.pass-rate"], &[]),
        rate(r#"{"tests": {"min_pass_rate": 0}}"#, 0, 2, Pass, &[], &["tests.pass-rate"]),
        rate(r#"{"tests": {}}"#, 0, 2, Fail, &["tests.pass-rate"], &[]),
    ]);
}

#[test]
fn an_errored_case_failed_a_flaky_one_passed_and_a_skipped_one_did_not_run() {
    let only = |errored, flaky, skipped| vec![doc().tests(cases("s", [8, 0, errored, skipped, flaky]), [])];
    hold(vec![
        (r#"{"tests": {}}"#, only(1, 0, 0), Fail, &["tests.pass-rate"], &[]),
        (r#"{"tests": {}}"#, only(0, 1, 0), Pass, &[], &["tests.flaky"]),
        (r#"{"tests": {}}"#, only(0, 0, 1), Pass, &[], &[]),
        (r#"{"tests": {"min_pass_rate": 90}}"#, only(0, 2, 50), Pass, &[], &["tests.flaky"]),
    ]);
    let report = judged(r#"{"tests": {"min_pass_rate": 80}}"#, only(1, 1, 90));
    assert_eq!(report.score, Some(Ratio { numerator: 9, denominator: 10 }));
    assert_eq!(report.summary, "9 of 10 tests passed, 1 flaky, 90 skipped");
}

#[test]
fn counts_are_kept_at_their_boundaries() {
    let with = |flaky, skipped| vec![doc().tests(cases("s", [8, 0, 0, skipped, flaky]), [])];
    hold(vec![
        (r#"{"tests": {"min_cases": 8}}"#, with(0, 5), Pass, &[], &[]),
        (r#"{"tests": {"min_cases": 9}}"#, with(0, 5), Fail, &["tests.min-cases"], &[]),
        (r#"{"tests": {"max_flaky": 2}}"#, with(2, 0), Pass, &[], &["tests.flaky"]),
        (r#"{"tests": {"max_flaky": 1}}"#, with(2, 0), Fail, &["tests.flaky"], &["tests.flaky"]),
        (r#"{"tests": {"max_skipped": 2}}"#, with(0, 2), Pass, &[], &[]),
        (r#"{"tests": {"max_skipped": 1}}"#, with(0, 2), Fail, &["tests.skipped"], &[]),
    ]);
}

#[test]
fn a_run_that_looked_at_nothing_is_inconclusive() {
    let none = || doc().tests([], []);
    let skipped = || doc().tests(cases("s", [0, 0, 0, 9, 0]), []);
    let other = || DocumentFixture::new("other", "junit").tests(cases("s", [9, 0, 0, 0, 0]), []);
    let missing: &[&str] = &["evidence.missing"];
    hold(vec![
        (r#"{"tests": {}}"#, vec![], Inconclusive, &[], missing),
        (r#"{"tests": {}}"#, vec![doc()], Inconclusive, &[], missing),
        (r#"{"tests": {}}"#, vec![none()], Inconclusive, &[], missing),
        (r#"{"tests": {"min_pass_rate": 0, "min_cases": 0}}"#, vec![none()], Inconclusive, &[], missing),
        (r#"{"tests": {}}"#, vec![skipped()], Inconclusive, &[], missing),
        (r#"{"tests": {}}"#, vec![other(), none()], Inconclusive, &[], missing),
        (r#"{"tests": {}}"#, vec![none(), tests(9, 0)], Pass, &[], &[]),
        (r#"{"tests": {}}"#, vec![tests(9, 0).incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (r#"{"tests": {}}"#, vec![tests(9, 0), doc().incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
    ]);
}

/// A name that needs two shards has two documents when one of them is something else; only the plugin can tell.
#[test]
fn a_document_of_another_kind_stands_for_no_shard() {
    let facts = |name: &str| {
        let fact = Fact { name: "tests".to_owned(), subject: None, value: Value::Flag(true) };
        DocumentFixture::new(name, "facts").facts([fact])
    };
    let half = Ratio { numerator: 1, denominator: 2 };
    let covered = || doc().coverage(Coverage { lines: half, branches: None });
    let missing: &[&str] = &["evidence.missing"];
    let only = r#"{"tests": {}}"#;
    let both = r#"{"tests": {}, "coverage": {"min_lines": 50}}"#;
    hold(vec![
        (only, vec![tests(9, 0), tests(9, 0)], Pass, &[], &[]),
        (only, vec![tests(9, 0), facts("unit_tests")], Inconclusive, &[], missing),
        (only, vec![facts("unit_tests"), tests(9, 0)], Inconclusive, &[], missing),
        (only, vec![tests(9, 0), facts("e2e_tests")], Inconclusive, &[], missing),
        (only, vec![tests(9, 0), doc()], Inconclusive, &[], missing),
        (only, vec![tests(9, 0), covered()], Inconclusive, &[], missing),
        (only, vec![tests(9, 0), doc().scan([])], Inconclusive, &[], missing),
        (only, vec![tests(9, 1), facts("unit_tests")], Inconclusive, &["tests.pass-rate"], missing),
        (both, vec![tests(9, 0), covered()], Pass, &[], &[]),
        (both, vec![tests(9, 0), covered(), facts("unit_tests")], Inconclusive, &[], missing),
        (r#"{"coverage": {"min_lines": 50}}"#, vec![covered(), facts("coverage")], Inconclusive, &[], missing),
        (r#"{"issues": {"max": {"high": 0}}}"#, vec![doc().scan([]), facts("lint")], Inconclusive, &[], missing),
    ]);
    let report = judged(only, vec![tests(9, 0), facts("unit_tests")]);
    assert_eq!(report.findings[0].message, "document `unit_tests` (facts) holds nothing of what this stage judges");
    assert_eq!(report.summary, "1 document of another kind; 9 of 9 tests passed");
}

#[test]
fn an_expected_suite_has_to_run() {
    let shard = |name: &str, counts| doc().tests(cases(name, counts), []);
    let (api, web) = (|| shard("api", [3, 0, 0, 0, 0]), || shard("web.forms", [3, 0, 0, 0, 0]));
    let missing: &[&str] = &["tests.expected-suites"];
    let both = r#"{"tests": {"expected_suites": ["api", "web*"]}}"#;
    hold(vec![
        (both, vec![api(), web()], Pass, &[], &[]),
        (both, vec![api()], Inconclusive, &[], missing),
        (both, vec![web()], Inconclusive, &[], missing),
        (both, vec![api(), shard("web.forms", [0, 0, 0, 3, 0])], Inconclusive, &[], missing),
        (both, vec![api().suites(["web"], [], [])], Inconclusive, &[], missing),
        (both, vec![api(), shard("webs", [0, 0, 0, 0, 1])], Pass, &[], &["tests.flaky"]),
        (r#"{"tests": {"expected_suites": ["web"]}}"#, vec![api(), web()], Inconclusive, &[], missing),
        (both, vec![shard("api", [1, 1, 0, 0, 0])], Inconclusive, &["tests.pass-rate"], missing),
    ]);
}

#[test]
fn a_contradiction_is_reported_or_fails_as_asked() {
    let contradicting = || vec![doc().tests(cases("s", [3, 0, 0, 0, 0]), ["tests=\"4\", 3 cases"])];
    hold(vec![
        (r#"{"tests": {}}"#, contradicting(), Pass, &[], &["tests.integrity"]),
        (r#"{"tests": {"contradictions": "warn"}}"#, contradicting(), Pass, &[], &["tests.integrity"]),
        (r#"{"tests": {"contradictions": "fail"}}"#, contradicting(), Fail, &["tests.integrity"], &[]),
        (r#"{"tests": {"contradictions": "fail"}}"#, vec![tests(3, 0)], Pass, &[], &[]),
    ]);
}

#[test]
fn coverage_is_kept_exactly_at_its_boundary() {
    let ratio = |numerator, denominator| Ratio { numerator, denominator };
    let covered = |lines, branches| doc().coverage(Coverage { lines, branches });
    let lines = r#"{"coverage": {"min_lines": 80.5}}"#;
    let branches = r#"{"coverage": {"min_branches": 50}}"#;
    let both = r#"{"coverage": {"min_lines": 80, "min_branches": 50}}"#;
    hold(vec![
        (lines, vec![covered(ratio(805, 1000), None)], Pass, &[], &[]),
        (lines, vec![covered(ratio(80_499, 100_000), None)], Fail, &["coverage.lines"], &[]),
        (lines, vec![covered(ratio(1, 2), None), covered(ratio(998, 998), None)], Pass, &[], &[]),
        (lines, vec![covered(ratio(0, 500), None), covered(ratio(500, 500), None)], Fail, &["coverage.lines"], &[]),
        (lines, vec![], Inconclusive, &[], &["evidence.missing"]),
        (lines, vec![tests(3, 0)], Inconclusive, &[], &["evidence.missing"]),
        (lines, vec![covered(ratio(1, 1), None).incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (
            lines,
            vec![covered(ratio(u64::MAX, u64::MAX), None), covered(ratio(1, 1), None)],
            Fail,
            &["coverage.lines"],
            &[],
        ),
        (branches, vec![covered(ratio(0, 9), Some(ratio(1, 2)))], Pass, &[], &[]),
        (branches, vec![covered(ratio(9, 9), Some(ratio(4, 9)))], Fail, &["coverage.branches"], &[]),
        (branches, vec![covered(ratio(9, 9), None)], Inconclusive, &[], &["evidence.missing"]),
        (
            both,
            vec![covered(ratio(9, 9), Some(ratio(1, 2))), covered(ratio(9, 9), None)],
            Inconclusive,
            &[],
            &["evidence.missing"],
        ),
        (both, vec![covered(ratio(1, 9), None)], Inconclusive, &["coverage.lines"], &["evidence.missing"]),
        (both, vec![covered(ratio(1, 9), Some(ratio(1, 9)))], Fail, &["coverage.branches", "coverage.lines"], &[]),
    ]);
}

#[test]
fn issues_are_counted_by_severity_without_exceptions() {
    let scan = |issues| vec![doc().scan(issues)];
    let none_high = r#"{"issues": {"max": {"critical": 0, "high": 0}}}"#;
    let two_low = r#"{"issues": {"max": {"low": 2}}}"#;
    let except = r#"{"issues": {"max": {"high": 0}, "except": ["style/*", "generated"], "except_under": ["vendor/"]}}"#;
    let fail: &[&str] = &["issues.limit"];
    hold(vec![
        (none_high, scan(vec![]), Pass, &[], &[]),
        (none_high, scan(vec![issue("a", Medium, "src/a.rs")]), Pass, &[], &[]),
        (none_high, scan(vec![issue("a", High, "src/a.rs")]), Fail, fail, &[]),
        (none_high, scan(vec![issue("a", Critical, "src/a.rs")]), Fail, fail, &[]),
        (none_high, vec![], Inconclusive, &[], &["evidence.missing"]),
        (none_high, vec![doc().scan([]).incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (two_low, scan(vec![issue("a", Low, ""), issue("b", Low, ""), issue("c", High, "")]), Pass, &[], &[]),
        (
            two_low,
            vec![doc().scan([issue("a", Low, ""), issue("b", Low, "")]), doc().scan([issue("c", Low, "")])],
            Fail,
            fail,
            &[],
        ),
        (except, scan(vec![issue("style/line", High, "src/a.rs"), issue("x", High, "vendor/a.rs")]), Pass, &[], &[]),
        (except, scan(vec![issue("style", High, "src/a.rs")]), Fail, fail, &[]),
        (except, scan(vec![issue("x", High, "src/vendor/a.rs")]), Fail, fail, &[]),
    ]);
    let suppressed = || {
        let mut issue = issue("a", High, "src/a.rs");
        issue.suppression = Suppression::Trusted;
        scan(vec![issue])
    };
    hold(vec![
        (none_high, suppressed(), Pass, &[], &[]),
        (r#"{"issues": {"max": {"high": 0}, "include_suppressed": true}}"#, suppressed(), Fail, fail, &[]),
    ]);
}

#[test]
fn an_issue_is_shown_with_its_place_and_the_command_that_helps() {
    let report = judged(
        r#"{"issues": {"max": {"high": 0, "low": 0}}}"#,
        vec![doc().scan([issue("low", Low, ""), issue("medium", Medium, ""), issue("high", High, "src/a.rs")])],
    );
    let [high, low] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((high.message.as_str(), low.message.as_str()), ("high: message of high", "low: message of low"));
    assert_eq!(
        (high.severity, high.subject.as_deref(), high.fingerprint.as_deref()),
        (High, Some("high"), Some("print of high"))
    );
    assert_eq!(high.location.as_ref().unwrap().uri, "src/a.rs");
    let remediation = high.remediation.as_ref().unwrap();
    assert_eq!(remediation.command.as_deref(), Some("make lint-fix && make format"));
    assert_eq!(report.summary, "1 high issue, 1 low issue");
}

#[test]
fn a_measurement_is_kept_at_its_boundary_and_has_to_be_there_once() {
    let p95 = |value| measured("p95", value, "ms");
    let max = r#"{"measurements": [{"name": "p95", "max": 2000, "unit": "ms"}]}"#;
    let range = r#"{"measurements": [{"name": "p95", "min": 1, "max": 2000}]}"#;
    let (fail, missing): (&[&str], &[&str]) = (&["measurements.threshold"], &["evidence.missing"]);
    let docs = |all: Vec<Measurement>| vec![doc().measurements(all)];
    hold(vec![
        (max, docs(vec![p95(2000.0)]), Pass, &[], &[]),
        (max, docs(vec![p95(2_000.000_000_001)]), Fail, fail, &[]),
        (range, docs(vec![p95(1.0)]), Pass, &[], &[]),
        (range, docs(vec![p95(0.999)]), Fail, fail, &[]),
        (max, docs(vec![p95(f64::NAN)]), Inconclusive, &[], missing),
        (max, docs(vec![p95(f64::NEG_INFINITY)]), Inconclusive, &[], missing),
        (max, docs(vec![p95(1.0), p95(f64::NAN)]), Inconclusive, &[], missing),
        (max, docs(vec![p95(1.0), p95(2.0)]), Inconclusive, &[], missing),
        (max, vec![doc().measurements([p95(1.0)]), doc().measurements([p95(2.0)])], Inconclusive, &[], missing),
        (max, docs(vec![p95(1.0), p95(1.0)]), Pass, &[], &[]),
        (max, docs(vec![measured("p95", 1.0, "s")]), Inconclusive, &[], missing),
        (range, docs(vec![measured("p95", 1.0, "s")]), Pass, &[], &[]),
        (max, docs(vec![measured("p99", 1.0, "ms")]), Inconclusive, &[], missing),
        (max, docs(vec![]), Inconclusive, &[], missing),
        (max, vec![], Inconclusive, &[], missing),
    ]);
    let report = judged(max, docs(vec![p95(2300.5)]));
    assert_eq!(report.findings[0].message, "`p95` is 2300.5 ms, at most 2000 required");
}

#[test]
fn parts_are_judged_together_and_what_was_never_seen_outranks_a_failure() {
    let both = r#"{"tests": {}, "issues": {"max": {"high": 0}}}"#;
    let clean = || doc().scan([]);
    let dirty = || doc().scan([issue("a", High, "")]);
    hold(vec![
        (both, vec![tests(9, 0), clean()], Pass, &[], &[]),
        (both, vec![tests(9, 1), clean()], Fail, &["tests.pass-rate"], &[]),
        (both, vec![tests(9, 0), dirty()], Fail, &["issues.limit"], &[]),
        (both, vec![tests(9, 1)], Inconclusive, &["tests.pass-rate"], &["evidence.missing"]),
        (both, vec![dirty()], Inconclusive, &["issues.limit"], &["evidence.missing"]),
    ]);
}

#[test]
fn the_score_is_the_smallest_share() {
    let ratio = |numerator, denominator| Some(Ratio { numerator, denominator });
    let covered = |numerator| doc().coverage(Coverage { lines: Ratio { numerator, denominator: 100 }, branches: None });
    let tests_and_coverage = r#"{"tests": {"min_pass_rate": 50}, "coverage": {"min_lines": 80}}"#;
    let tests_and_issues = r#"{"tests": {}, "issues": {"max": {"high": 0}}}"#;
    let dirty = || doc().scan([issue("a", High, "")]);
    for (settings, documents, score) in [
        (r#"{"tests": {}}"#, vec![tests(85, 15)], ratio(85, 100)),
        (tests_and_coverage, vec![tests(85, 15), covered(80)], ratio(85, 100)),
        (tests_and_coverage, vec![tests(85, 15), covered(40)], ratio(1, 2)),
        (tests_and_coverage, vec![tests(85, 15), covered(79)], ratio(85, 100)),
        (tests_and_issues, vec![tests(9, 0), doc().scan([])], ratio(1, 1)),
        (tests_and_issues, vec![tests(9, 0), dirty()], ratio(0, 1)),
        (r#"{"issues": {"max": {"high": 0}}}"#, vec![dirty()], None),
        (tests_and_issues, vec![tests(9, 0)], None),
    ] {
        assert_eq!(judged(settings, documents).score, score, "{settings}");
    }
}

#[test]
fn above_the_limit_findings_are_counted_and_an_aggregate_comes_first() {
    let report = judged(r#"{"tests": {}}"#, vec![tests(1000, 900), tests(1000, 600)]);
    let decisive = report.findings.iter().filter(|finding| finding.decisive).count();
    assert_eq!((report.findings.len(), decisive), (977, 977));
    assert_eq!(report.omitted, 1500 - 976);
    assert!(report.omitted_decisive);
    assert_eq!(report.findings[0].message, "57.1% of 3500 tests passed, 100% required; 1500 failed, 524 not listed");
    let met = judged(r#"{"tests": {"min_pass_rate": 50}}"#, vec![tests(2000, 1500)]);
    assert_eq!((met.outcome, met.omitted, met.omitted_decisive), (Pass, 1500 - 976, false));
    let issues = (0..1500).map(|_| issue("a", High, "")).chain([issue("b", Critical, "")]);
    let report = judged(r#"{"issues": {"max": {"high": 3, "critical": 0}}}"#, vec![doc().scan(issues)]);
    assert_eq!(report.findings[0].message, "1500 high issues, at most 3 allowed, 525 not listed");
    assert_eq!(report.findings[1].message, "b: message of b");
    assert_eq!((report.findings.len(), report.omitted, report.omitted_decisive), (977, 525, true));
}

#[test]
fn a_failed_test_is_known_by_suite_and_name_and_says_how_to_reproduce_it() {
    let report = judged(r#"{"tests": {}}"#, vec![doc().tests(cases("api", [1, 1, 1, 0, 0]), [])]);
    let [failed, errored] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!(failed.message, "api::failed 0 failed: message 0");
    assert_eq!(errored.message, "api::errored 0 could not run to its end: message 0");
    assert_eq!(failed.subject.as_deref(), Some("api::failed 0"));
    assert_eq!(failed.remediation.as_ref().unwrap().command.as_deref(), Some("make test && pnpm test"));
    assert!(failed.evidence.as_ref().unwrap().starts_with("sha256:"));
}

#[test]
fn every_rule_that_is_cited_is_declared() {
    let declared: Vec<String> = Quality::describe().rules.into_iter().map(|rule| rule.id).collect();
    let all = r#"{"tests": {"min_cases": 99, "max_flaky": 0, "max_skipped": 0, "expected_suites": ["x"], "contradictions": "fail",
        "vanished_max_percent": 0}, "coverage": {"min_lines": 99, "min_branches": 99, "fall_max_points": 0},
        "issues": {"max": {"high": 0}}, "measurements": [{"name": "p95", "max": 1, "rise_max_percent": 0}], "accessibility": {"max": {"high": 0}},
        "performance": {"max_breached": 0, "min_scores": {"seo": 99, "none": 1}}}"#;
    let ratio = |numerator, denominator| Ratio { numerator, denominator };
    let covered = |numerator| {
        let branches = Some(ratio(numerator, 10));
        doc().coverage(Coverage { lines: ratio(numerator, 10), branches })
    };
    let documents = vec![
        doc().tests(cases("s", [1, 1, 1, 1, 1]), ["wrong"]),
        covered(5),
        doc().scan([issue("a", High, "")]),
        doc().scan_of(ScanKind::Accessibility, [issue("a", High, "")]),
        DocumentFixture::new("load", "k6").scan([issue("a", High, "")]),
        doc().measurements([measured("p95", 3.0, ""), measured("lighthouse.seo", 3.0, "%")]),
        doc().incomplete(),
    ];
    let before = vec![doc().tests(cases("old", [1, 0, 0, 0, 0]), []), covered(9)];
    let cited = |baseline| {
        let report = judged_against(all, documents.clone(), baseline).unwrap();
        report.findings.into_iter().map(|finding| finding.rule)
    };
    let mut cited: Vec<String> =
        cited(BaselineFixture::Documents(before)).chain(cited(BaselineFixture::First)).collect();
    cited.sort();
    cited.dedup();
    assert!(cited.iter().all(|rule| declared.contains(rule)), "{cited:?}");
    assert_eq!(cited.len(), declared.len(), "{cited:?}");
}
