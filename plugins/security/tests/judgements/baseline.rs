//! Against the last deployment that succeeded.

use crate::world::{Rules, cites, cve, doc, issue, judged_against, packages};
use tidegate_sdk::{
    evidence::{
        scan::{Issue, ScanKind},
        vulnerabilities::{Exploitability, Vulnerability},
    },
    finding::Severity::{High, Low},
    fixture::{BaselineFixture, DocumentFixture},
    gate::Failure,
    report::Outcome::{self, Fail, Inconclusive, Pass},
};

const NO_NEW: &str = r#"{"baseline": {"new_vulnerabilities": {"max": {"high": 0}}}}"#;
const ONE_NEW: &str = r#"{"baseline": {"new_vulnerabilities": {"max": {"high": 1}}}}"#;
const NO_ISSUE: &str = r#"{"baseline": {"new_issues": {"max": {"high": 0}, "except": ["old*"]}}}"#;
const MISSING: Rules = &["evidence.missing"];

type Case = (&'static str, Vec<DocumentFixture>, Vec<DocumentFixture>, Outcome, Rules, Rules);

#[track_caller]
fn hold(all: Vec<Case>) {
    for (settings, documents, before, outcome, decisive, others) in all {
        let report = judged_against(settings, documents, BaselineFixture::Documents(before)).unwrap();
        cites(settings, &report, outcome, decisive, others);
    }
}

fn scan(ids: &[&str]) -> DocumentFixture {
    packages(ids.iter().map(|id| cve(id, High)))
}

fn sast(rules: &[&str]) -> DocumentFixture {
    doc().scan(rules.iter().map(|rule| issue(rule, High, "a.py")))
}

#[test]
fn only_what_no_earlier_document_of_that_name_had_is_new() {
    let new: Rules = &["baseline.new-vulnerabilities"];
    let other =
        |ids: &[&str]| DocumentFixture::new("other", "trivy").vulnerabilities(ids.iter().map(|id| cve(id, High)), None);
    let elsewhere = || packages([Vulnerability { package: "curl".to_owned(), ..cve("a", High) }]);
    let harmless = || packages([Vulnerability { exploitability: Exploitability::NotAffected, ..cve("b", High) }]);
    hold(vec![
        (NO_NEW, vec![scan(&["a"])], vec![scan(&["a", "b"])], Pass, &[], &[]),
        (NO_NEW, vec![scan(&["a", "b"])], vec![scan(&["a"])], Fail, new, &[]),
        (ONE_NEW, vec![scan(&["a", "b"])], vec![scan(&["a"])], Pass, &[], &[]),
        (ONE_NEW, vec![scan(&["a", "b", "c"])], vec![scan(&["a"])], Fail, new, &[]),
        (NO_NEW, vec![packages([cve("b", Low)])], vec![scan(&[])], Pass, &[], &[]),
        // A vulnerability of another package is another one; one under another name was not seen here.
        (NO_NEW, vec![elsewhere()], vec![scan(&["a"])], Fail, new, &[]),
        (NO_NEW, vec![scan(&["a"])], vec![other(&["a"])], Fail, new, &[]),
        (NO_NEW, vec![harmless()], vec![scan(&[])], Pass, &[], &[]),
        // It may move from one document to another, and is new once in two.
        (NO_NEW, vec![scan(&["b"]), scan(&["a"])], vec![scan(&["a"]), scan(&["b"])], Pass, &[], &[]),
        (ONE_NEW, vec![scan(&["c"]), scan(&["c"])], vec![scan(&["a"]), scan(&["b"])], Pass, &[], &[]),
        (NO_NEW, vec![scan(&["c"])], vec![scan(&["a"]), scan(&["b"])], Fail, new, &[]),
        (NO_NEW, vec![doc()], vec![scan(&[])], Inconclusive, &[], MISSING),
    ]);
    let report = judged_against(NO_NEW, vec![scan(&["b"])], BaselineFixture::Documents(vec![scan(&["a"])])).unwrap();
    assert_eq!(report.summary, "1 new high vulnerability");
    assert_eq!(report.findings[0].message, "b in openssl 3.0.1, fixed in 3.0.14 is new since the earlier deployment");
}

#[test]
fn new_issues_are_told_by_fingerprint_in_scans_of_the_same_kind() {
    let new: Rules = &["baseline.new-issues"];
    let secrets = |rules: &[&str]| doc().scan_of(ScanKind::Secrets, rules.iter().map(|rule| issue(rule, High, "a.py")));
    let moved = || doc().scan([Issue { fingerprint: "print of sql a.py".to_owned(), ..issue("sql", High, "b.py") }]);
    hold(vec![
        (NO_ISSUE, vec![sast(&["sql"])], vec![sast(&["sql"])], Pass, &[], &[]),
        (NO_ISSUE, vec![sast(&["sql", "xss"])], vec![sast(&["sql"])], Fail, new, &[]),
        (NO_ISSUE, vec![sast(&["sql", "old-1"])], vec![sast(&["sql"])], Pass, &[], &[]),
        (NO_ISSUE, vec![moved()], vec![sast(&["sql"])], Pass, &[], &[]),
        (NO_ISSUE, vec![sast(&["b"]), sast(&["a"])], vec![sast(&["a"]), sast(&["b"])], Pass, &[], &[]),
        (NO_ISSUE, vec![secrets(&["sql"])], vec![sast(&["sql"])], Fail, new, &[]),
        (NO_ISSUE, vec![sast(&[])], vec![], Pass, &[], &[]),
        (NO_ISSUE, vec![scan(&[])], vec![sast(&[])], Inconclusive, &[], MISSING),
    ]);
}

#[test]
fn without_a_baseline_it_depends_on_why() {
    let baseline: Rules = &["evidence.baseline"];
    for (settings, documents) in [(NO_NEW, scan(&["a"])), (NO_ISSUE, sast(&["a"]))] {
        let judge = |before| judged_against(settings, vec![documents.clone()], before);
        cites(settings, &judge(BaselineFixture::First).unwrap(), Pass, &[], baseline);
        let unavailable = judge(BaselineFixture::Unavailable("redacted".to_owned())).unwrap();
        cites(settings, &unavailable, Inconclusive, &[], baseline);
        let failure = judge(BaselineFixture::NotAsked).unwrap_err();
        assert!(matches!(&failure, Failure::BadSettings(why) if why.contains("`baseline: true`")), "{failure:?}");
    }
}

#[test]
fn what_cannot_be_compared_whole_is_inconclusive() {
    let many = |count: usize| packages((0..count).map(|n| cve(&format!("CVE-{n}"), High)));
    let settings = r#"{"baseline": {"new_vulnerabilities": {"max": {"high": 99999}}}}"#;
    hold(vec![
        (settings, vec![many(9_000)], vec![scan(&[])], Pass, &[], &[]),
        (settings, vec![many(16_384)], vec![scan(&[])], Pass, &[], &[]),
        (settings, vec![many(16_385)], vec![scan(&[])], Inconclusive, &[], &["baseline.new-vulnerabilities"]),
        (settings, vec![many(5000)], vec![many(5000)], Pass, &[], &[]),
    ]);
}
