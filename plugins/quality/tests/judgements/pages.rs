//! What is measured on pages and endpoints: scores, barriers, load tests.

use crate::world::{Rules, doc, hold, issue, judged, measured, measured_on};
use tidegate_sdk::{
    evidence::scan::{Issue, ScanKind, Suppression},
    finding::Severity::{Critical, High, Low, Medium},
    fixture::DocumentFixture,
    report::Outcome::{Fail, Inconclusive, Pass},
};

const MISSING: Rules = &["evidence.missing"];

fn axe(issues: impl IntoIterator<Item = Issue>) -> DocumentFixture {
    DocumentFixture::new("accessibility", "axe").scan_of(ScanKind::Accessibility, issues)
}

fn k6(breached: usize) -> DocumentFixture {
    DocumentFixture::new("load", "k6").scan((0..breached).map(|_| issue("http_req_duration", High, "")))
}

#[test]
fn each_page_is_judged_by_itself() {
    let fail: Rules = &["measurements.threshold"];
    let max = r#"{"measurements": [{"name": "lcp", "max": 2500}]}"#;
    let shop = r#"{"measurements": [{"name": "lcp", "subject": "https://shop/*", "max": 2500}]}"#;
    let two = r#"{"measurements": [{"name": "lcp", "max": 2500, "min_subjects": 2}]}"#;
    let pages = |a, b| {
        let pages = [measured_on("lcp", "https://shop/a", a, "ms"), measured_on("lcp", "https://help/b", b, "ms")];
        vec![doc().measurements(pages)]
    };
    hold(vec![
        (max, pages(2500.0, 1.0), Pass, &[], &[]),
        (max, pages(2501.0, 1.0), Fail, fail, &[]),
        (max, pages(1.0, 2501.0), Fail, fail, &[]),
        (max, pages(1.0, f64::NAN), Inconclusive, &[], MISSING),
        (shop, pages(1.0, 2501.0), Pass, &[], &[]),
        (shop, pages(2501.0, 1.0), Fail, fail, &[]),
        (shop, vec![doc().measurements([measured("lcp", 1.0, "ms")])], Inconclusive, &[], MISSING),
        (two, pages(1.0, 2.0), Pass, &[], &[]),
        (two, vec![doc().measurements([measured_on("lcp", "https://shop/a", 1.0, "ms")])], Inconclusive, &[], MISSING),
    ]);
    let report = judged(max, pages(2501.0, 1.0));
    assert_eq!(report.findings[0].message, "`lcp` on https://shop/a is 2501 ms, at most 2500 required");
    assert_eq!(report.findings[0].subject.as_deref(), Some("lcp https://shop/a"));
}

#[test]
fn barriers_are_counted_apart_from_other_issues() {
    let fail: Rules = &["accessibility.barriers"];
    let none_high = r#"{"accessibility": {"max": {"critical": 0, "high": 0}}}"#;
    let both = r#"{"issues": {"max": {"high": 0}}, "accessibility": {"max": {"high": 0}}}"#;
    let named = r#"{"accessibility": {"max": {"high": 0}, "evidence": ["unit_tests"]}}"#;
    let lint = |severity| doc().scan([issue("no-var", severity, "")]);
    hold(vec![
        (none_high, vec![axe([])], Pass, &[], &[]),
        (none_high, vec![axe([issue("region", Medium, ""), issue("list", Low, "")])], Pass, &[], &[]),
        (none_high, vec![axe([issue("label", High, "")])], Fail, fail, &[]),
        (none_high, vec![axe([issue("label", Critical, "")])], Fail, fail, &[]),
        (none_high, vec![axe([]).incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (none_high, vec![lint(High)], Inconclusive, &[], MISSING),
        (both, vec![axe([issue("label", High, "")]), lint(Low)], Fail, fail, &[]),
        (both, vec![axe([]), lint(High)], Fail, &["issues.limit"], &[]),
        (both, vec![axe([])], Inconclusive, &[], MISSING),
        (named, vec![lint(High)], Fail, fail, &[]),
        // A scan for barriers says nothing of code, clean or not.
        (r#"{"issues": {"max": {"high": 0}}}"#, vec![axe([issue("label", High, "")])], Inconclusive, &[], MISSING),
        (r#"{"issues": {"max": {"high": 0}}}"#, vec![axe([])], Inconclusive, &[], MISSING),
        (
            r#"{"accessibility": {"max": {"high": 0}, "except": ["label"]}}"#,
            vec![axe([issue("label", High, "")])],
            Pass,
            &[],
            &[],
        ),
    ]);
    let suppressed = || vec![axe([Issue { suppression: Suppression::Trusted, ..issue("label", High, "") }])];
    hold(vec![
        (none_high, suppressed(), Pass, &[], &[]),
        (r#"{"accessibility": {"max": {"high": 0}, "include_suppressed": true}}"#, suppressed(), Fail, fail, &[]),
    ]);
}

#[test]
fn every_page_has_to_reach_its_score_exactly() {
    let fail: Rules = &["scores.minimum"];
    let speed = r#"{"performance": {"min_scores": {"performance": 89.5}}}"#;
    let pages = r#"{"performance": {"min_scores": {"performance": 80}, "min_pages": 2}}"#;
    let access = r#"{"accessibility": {"min_score": 90, "min_pages": 1}}"#;
    let score = |category: &str, page: &str, value| measured_on(&format!("lighthouse.{category}"), page, value, "%");
    let docs = |scores: &[(&str, &str, f64)]| {
        scores.iter().map(|(category, page, value)| doc().measurements([score(category, page, *value)])).collect()
    };
    hold(vec![
        (speed, docs(&[("performance", "/", 89.5)]), Pass, &[], &[]),
        (speed, docs(&[("performance", "/", 89.49)]), Fail, fail, &[]),
        (speed, docs(&[("performance", "/", 99.0), ("performance", "/b", 89.0)]), Fail, fail, &[]),
        (speed, docs(&[("performance", "/", 99.0), ("performance", "/", 89.0)]), Fail, fail, &[]),
        (speed, docs(&[("seo", "/", 99.0)]), Inconclusive, &[], MISSING),
        (speed, docs(&[("performance", "/", 101.0)]), Inconclusive, &[], MISSING),
        (
            speed,
            vec![doc().measurements([measured("lighthouse.performance", 0.95, "ratio")])],
            Inconclusive,
            &[],
            MISSING,
        ),
        (speed, vec![], Inconclusive, &[], MISSING),
        (pages, docs(&[("performance", "/", 80.0), ("performance", "/b", 80.0)]), Pass, &[], &[]),
        (pages, docs(&[("performance", "/", 99.0), ("performance", "/", 98.0)]), Inconclusive, &[], MISSING),
        (access, docs(&[("accessibility", "/", 90.0)]), Pass, &[], &[]),
        (access, docs(&[("accessibility", "/", 89.99)]), Fail, fail, &[]),
    ]);
    let report = judged(speed, docs(&[("performance", "https://shop/", 71.0)]));
    assert_eq!(report.findings[0].message, "https://shop/ scores 71% in performance, 89.5% required");
    assert_eq!(report.summary, "performance reached 89.5% in 0 of 1 score");
}

#[test]
fn breached_thresholds_of_a_load_test_are_counted() {
    let none = r#"{"performance": {"max_breached": 0}}"#;
    let one = r#"{"performance": {"max_breached": 1}}"#;
    let beside = r#"{"performance": {"max_breached": 1}, "issues": {"max": {"high": 0}}}"#;
    let fail: Rules = &["performance.thresholds"];
    hold(vec![
        (none, vec![k6(0)], Pass, &[], &[]),
        (none, vec![k6(1)], Fail, fail, &[]),
        (one, vec![k6(1)], Pass, &[], &[]),
        (one, vec![k6(2)], Fail, fail, &[]),
        (none, vec![doc().scan([])], Inconclusive, &[], MISSING),
        (
            none,
            vec![DocumentFixture::new("load", "k6").measurements([measured("p95", 1.0, "ms")])],
            Inconclusive,
            &[],
            MISSING,
        ),
        (beside, vec![k6(1), doc().scan([])], Pass, &[], &[]),
        (r#"{"issues": {"max": {"high": 0}}}"#, vec![k6(1)], Fail, &["issues.limit"], &[]),
    ]);
    let report = judged(none, vec![k6(2000)]);
    assert_eq!(report.findings[0].message, "2000 thresholds breached, at most 0 allowed, 1024 not listed");
    assert!(report.omitted_decisive);
}
