//! Issues, secrets and misconfigurations.

use crate::world::{Rules, doc, hold, issue, judged};
use tidegate_sdk::{
    evidence::scan::{
        Issue,
        ScanKind::{Misconfigurations, Secrets},
        Suppression,
    },
    finding::Severity::{Critical, High, Low, Medium},
    fixture::DocumentFixture,
    report::Outcome::{Fail, Inconclusive, Pass},
};

const MISSING: Rules = &["evidence.missing"];

fn sarif(issues: impl IntoIterator<Item = Issue>) -> DocumentFixture {
    DocumentFixture::new("sast", "sarif").scan(issues)
}

fn gitleaks(issues: impl IntoIterator<Item = Issue>) -> DocumentFixture {
    DocumentFixture::new("gitleaks", "sarif").scan(issues)
}

fn scored(score: Option<f64>) -> Vec<DocumentFixture> {
    vec![sarif([Issue { score, ..issue("sql", Medium, "src/a.py") }])]
}

#[test]
fn a_security_score_has_to_be_below_its_bound() {
    let settings = r#"{"issues": {"score_below": 7.0}}"#;
    let both = r#"{"issues": {"score_below": 7.0, "max": {"medium": 0}}}"#;
    hold(vec![
        (settings, scored(Some(6.999)), Pass, &[], &[]),
        (settings, scored(Some(7.0)), Fail, &["issues.score"], &[]),
        (settings, scored(None), Pass, &[], &[]),
        (both, scored(None), Fail, &["issues.limit"], &[]),
        (both, scored(Some(9.8)), Fail, &["issues.limit", "issues.score"], &[]),
        (settings, vec![], Inconclusive, &[], MISSING),
        (r#"{"issues": {"score_below": 7.0, "required": false}}"#, vec![doc()], Pass, &[], &[]),
    ]);
    let report = judged(settings, scored(Some(9.8)));
    assert_eq!(report.summary, "1 issue scored 7 or more");
    assert_eq!(report.findings[0].message, "sql (9.8, below 7 required): message of sql");
}

#[test]
fn issues_are_those_that_are_wanted_and_not_excepted() {
    let tagged = || vec![sarif([Issue { tags: vec!["security".to_owned()], ..issue("sql", High, "src/a.py") }])];
    hold(vec![
        (r#"{"issues": {"max": {"high": 0}}}"#, tagged(), Fail, &["issues.limit"], &[]),
        (r#"{"issues": {"max": {"high": 0}, "only": ["security"]}}"#, tagged(), Fail, &["issues.limit"], &[]),
        (r#"{"issues": {"max": {"high": 0}, "only": ["style"]}}"#, tagged(), Pass, &[], &[]),
        (r#"{"issues": {"max": {"high": 0}, "except": ["sq*"]}}"#, tagged(), Pass, &[], &[]),
        (r#"{"issues": {"max": {"high": 0}, "except_under": ["src"]}}"#, tagged(), Pass, &[], &[]),
        (r#"{"issues": {"max": {"medium": 0}}}"#, tagged(), Pass, &[], &[]),
    ]);
}

#[test]
fn suppressed_issues_are_counted_apart_by_whose_word() {
    let with = |suppression| vec![sarif([Issue { suppression, ..issue("sql", High, "src/a.py") }])];
    let settings = r#"{"issues": {"max": {"high": 0}}}"#;
    let all = r#"{"issues": {"max": {"high": 0}, "include_suppressed": true}}"#;
    for (settings, suppression, outcome, summary) in [
        (settings, Suppression::Trusted, Pass, "0 high issues, 1 suppressed (not counted)"),
        (settings, Suppression::Claimed, Fail, "1 high issue, 1 suppressed on nobody's word (counted)"),
        (all, Suppression::Trusted, Fail, "1 high issue, 1 suppressed (counted)"),
    ] {
        let report = judged(settings, with(suppression));
        assert_eq!((report.outcome, report.summary.as_str()), (outcome, summary), "{settings}");
    }
}

#[test]
fn no_secret_is_tolerated_however_it_is_rated() {
    let found: Rules = &["secrets.found"];
    let search = |count: usize| {
        vec![doc().scan_of(Secrets, (0..count).map(|n| issue("aws-key", Low, &format!("config/{n}.yaml"))))]
    };
    hold(vec![
        (r#"{"secrets": {}}"#, search(0), Pass, &[], &[]),
        (r#"{"secrets": {}}"#, search(1), Fail, found, &[]),
        (r#"{"secrets": {"max": 1}}"#, search(1), Pass, &[], &[]),
        (r#"{"secrets": {"max": 1}}"#, search(2), Fail, found, &[]),
        (r#"{"secrets": {"except_under": ["config/0.yaml"]}}"#, search(1), Pass, &[], &[]),
        (r#"{"secrets": {"except": ["aws-*"]}}"#, search(1), Pass, &[], &[]),
        (r#"{"secrets": {}}"#, vec![doc()], Inconclusive, &[], MISSING),
        (r#"{"secrets": {}}"#, vec![gitleaks([])], Inconclusive, &[], MISSING),
        (r#"{"secrets": {"required": false}}"#, vec![doc()], Pass, &[], &[]),
        (r#"{"secrets": {"required": false}}"#, vec![], Inconclusive, &[], MISSING),
        (r#"{"secrets": {"required": false}}"#, search(1), Fail, found, &[]),
    ]);
}

#[test]
fn a_secret_is_shown_by_its_place_and_never_by_what_the_tool_says() {
    let report = judged(r#"{"secrets": {}}"#, vec![doc().scan_of(Secrets, [issue("aws-key", Low, "config/a.yaml")])]);
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!(finding.message, "a secret in config/a.yaml, by rule `aws-key`");
    assert_eq!(finding.severity, Critical);
    let remediation = finding.remediation.as_ref().unwrap();
    assert_eq!(remediation.title, "rotate it first, then remove it from the code and its history");
    assert!(remediation.command.as_ref().unwrap().starts_with("git filter-branch"));
    let many = (0..3000).map(|n| issue("aws-key", Low, &format!("{n}")));
    let report = judged(r#"{"secrets": {}}"#, vec![doc().scan_of(Secrets, many)]);
    assert!(report.omitted_decisive && report.findings[0].message.starts_with("3000 secrets, at most 0 allowed, "));
}

#[test]
fn a_format_that_cannot_say_what_it_looked_for_is_named_by_the_policy() {
    let secrets = r#"{"secrets": {"evidence": ["gitleaks"]}}"#;
    let both = r#"{"secrets": {"evidence": ["gitleaks"]}, "issues": {"max": {"low": 0}}}"#;
    let found: Rules = &["secrets.found"];
    hold(vec![
        (secrets, vec![gitleaks([])], Pass, &[], &[]),
        (secrets, vec![gitleaks([issue("aws-key", Low, "a")])], Fail, found, &[]),
        (secrets, vec![sarif([])], Inconclusive, &[], MISSING),
        // The named one is missing beside another search.
        (secrets, vec![doc().scan_of(Secrets, [])], Inconclusive, &[], MISSING),
        (both, vec![gitleaks([issue("aws-key", Low, "a")]), sarif([])], Fail, found, &[]),
        (both, vec![gitleaks([])], Inconclusive, &[], MISSING),
    ]);
}

#[test]
fn misconfigurations_are_counted_by_severity() {
    let settings = r#"{"misconfigurations": {"max": {"critical": 0, "high": 1}}}"#;
    let named = r#"{"misconfigurations": {"max": {"high": 0}, "evidence": ["sast"]}}"#;
    let scan = |count: usize| {
        vec![doc().scan_of(Misconfigurations, (0..count).map(|n| issue(&format!("DS{n}"), High, "Dockerfile")))]
    };
    let limit: Rules = &["misconfigurations.limit"];
    hold(vec![
        (settings, scan(1), Pass, &[], &[]),
        (settings, scan(2), Fail, limit, &[]),
        (settings, vec![doc().scan_of(Misconfigurations, [issue("DS1", Critical, "")])], Fail, limit, &[]),
        (settings, vec![sarif([])], Inconclusive, &[], MISSING),
        (named, vec![sarif([issue("CKV_1", High, "")])], Fail, limit, &[]),
        (r#"{"misconfigurations": {"max": {"high": 0}, "required": false}}"#, vec![doc()], Pass, &[], &[]),
    ]);
}
