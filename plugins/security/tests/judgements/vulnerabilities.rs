//! Known vulnerabilities.

use crate::world::{DAY, HOUR, NOW, Rules, SECOND, cve, doc, hold, judged, packages};
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::vulnerabilities::{Exploitability, VexClaim, VexStatus, Vulnerability},
    finding::Severity::{Critical, High, Info, Low, Medium},
    fixture::DocumentFixture,
    report::Outcome::{Fail, Inconclusive, Pass},
};

const LIMIT: Rules = &["vulnerabilities.limit"];
const NONE_HIGH: &str = r#"{"vulnerabilities": {"max": {"critical": 0, "high": 0}}}"#;

fn of(change: impl Fn(&mut Vulnerability)) -> Vec<DocumentFixture> {
    let mut found = cve("CVE-2026-1", High);
    change(&mut found);
    vec![packages([found])]
}

#[test]
fn vulnerabilities_are_counted_by_severity_in_all_scans() {
    let two_low = r#"{"vulnerabilities": {"max": {"low": 2}}}"#;
    let low = |count: usize| packages((0..count).map(|n| cve(&format!("CVE-{n}"), Low)));
    hold(vec![
        (NONE_HIGH, vec![packages([])], Pass, &[], &[]),
        (NONE_HIGH, vec![packages([cve("CVE-1", Medium)])], Pass, &[], &[]),
        (NONE_HIGH, vec![packages([cve("CVE-1", High)])], Fail, LIMIT, &[]),
        (NONE_HIGH, vec![packages([cve("CVE-1", Critical)])], Fail, LIMIT, &[]),
        (NONE_HIGH, vec![packages([]), packages([cve("CVE-1", High)])], Fail, LIMIT, &[]),
        (two_low, vec![low(1), low(1)], Pass, &[], &[]),
        (two_low, vec![low(1), low(2)], Fail, LIMIT, &[]),
        (two_low, vec![packages([cve("CVE-1", Critical)])], Pass, &[], &[]),
    ]);
}

#[test]
fn what_was_not_scanned_or_not_finished_is_inconclusive() {
    let lenient = r#"{"vulnerabilities": {"max": {"high": 0}, "required": false}}"#;
    let missing: Rules = &["evidence.missing"];
    hold(vec![
        (NONE_HIGH, vec![], Inconclusive, &[], missing),
        (NONE_HIGH, vec![doc()], Inconclusive, &[], missing),
        (NONE_HIGH, vec![packages([]).incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (lenient, vec![doc()], Pass, &[], &[]),
        (lenient, vec![], Inconclusive, &[], missing),
        (lenient, vec![doc().incomplete()], Inconclusive, &[], &["evidence.incomplete"]),
        (lenient, of(|_| {}), Fail, LIMIT, &[]),
    ]);
}

#[test]
fn exceptions_and_missing_fixes_are_left_out_where_the_policy_says_so() {
    let fixable = r#"{"vulnerabilities": {"max": {"high": 0}, "only_fixable": true}}"#;
    let except = r#"{"vulnerabilities": {"max": {"high": 0}, "except": ["GHSA-*"]}}"#;
    hold(vec![
        (fixable, of(|_| {}), Fail, LIMIT, &[]),
        (fixable, of(|found| found.fixed = None), Pass, &[], &[]),
        (except, of(|_| {}), Fail, LIMIT, &[]),
        (except, of(|found| found.aliases = vec!["GHSA-1".to_owned()]), Pass, &[], &[]),
        (except, of(|found| found.id = "GHSA-1".to_owned()), Pass, &[], &[]),
    ]);
}

#[test]
fn leeway_ends_after_so_many_days_and_is_earned_by_a_known_past_date_alone() {
    let week = r#"{"vulnerabilities": {"max": {"critical": 0, "high": 0}, "leeway_days": {"high": 7}}}"#;
    let waits: Rules = &["vulnerabilities.leeway"];
    let published = |at: Option<Timestamp>| of(move |found| found.published = at);
    hold(vec![
        (week, published(Some(NOW)), Pass, &[], waits),
        (week, published(Some(NOW - 7 * DAY + 1)), Pass, &[], waits),
        (week, published(Some(NOW - 7 * DAY)), Pass, &[], waits),
        (week, published(Some(NOW - 7 * DAY - 1)), Fail, LIMIT, &[]),
        (week, published(None), Fail, LIMIT, &[]),
        (week, published(Some(NOW + 1)), Fail, LIMIT, &[]),
        (week, published(Some(u64::MAX)), Fail, LIMIT, &[]),
        (week, vec![packages([Vulnerability { published: Some(NOW), ..cve("CVE-1", Critical) }])], Fail, LIMIT, &[]),
    ]);
    let old = Vulnerability { id: "CVE-old".to_owned(), ..cve("CVE-old", High) };
    let new = Vulnerability { published: Some(NOW - 5 * DAY), ..cve("CVE-new", High) };
    let report = judged(week, vec![packages([old, new])]);
    assert_eq!(report.summary, "0 critical vulnerabilities, 1 high vulnerability, 1 in leeway");
    let [counts, waits] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!((counts.subject.as_deref(), counts.decisive), (Some("CVE-old"), true));
    assert_eq!(
        (waits.severity, waits.message.as_str()),
        (Info, "CVE-new in openssl 3.0.1, fixed in 3.0.14 (high): 2 days of leeway left")
    );
}

#[test]
fn what_is_exploited_has_neither_leeway_nor_a_limit() {
    let settings = r#"{"vulnerabilities": {"max": {"high": 9}, "only_fixable": true, "leeway_days": {"high": 30}}}"#;
    let report = r#"{"vulnerabilities": {"max": {"high": 9}, "known_exploited": "report"}}"#;
    let except = r#"{"vulnerabilities": {"except": ["CVE-2026-1"]}}"#;
    let exploited = || {
        of(|found| {
            found.exploitability = Exploitability::KnownExploited;
            found.severity = Low;
            found.fixed = None;
            found.published = Some(NOW);
        })
    };
    let rule: Rules = &["vulnerabilities.known-exploited"];
    hold(vec![
        (settings, exploited(), Fail, rule, &[]),
        (r#"{"vulnerabilities": {}}"#, exploited(), Fail, rule, &[]),
        (r#"{"vulnerabilities": {}}"#, of(|found| found.exploitability = Exploitability::Affected), Pass, &[], &[]),
        (except, exploited(), Pass, &[], &[]),
        (report, exploited(), Pass, &[], rule),
    ]);
    assert_eq!(judged(report, exploited()).summary, "0 high vulnerabilities, 1 known to be exploited");
}

#[test]
fn the_epss_score_is_kept_at_its_boundary() {
    let settings = r#"{"vulnerabilities": {"max_epss": 0.1, "known_exploited": "report"}}"#;
    let rule: Rules = &["vulnerabilities.epss"];
    let epss = |score: Option<f64>| of(move |found| found.epss = score);
    hold(vec![
        (settings, epss(Some(0.1)), Pass, &[], &[]),
        (settings, epss(Some(0.100_001)), Fail, rule, &[]),
        (settings, epss(Some(f64::NAN)), Fail, rule, &[]),
        (settings, epss(None), Pass, &[], &[]),
    ]);
}

#[test]
fn trusted_statements_are_counted_apart_and_claims_are_shown_and_change_nothing() {
    let claim = |counts| VexClaim {
        vulnerability: "CVE-2026-1".to_owned(),
        package: "openssl".to_owned(),
        status: VexStatus::NotAffected,
        by: "mallory".to_owned(),
        justification: "never called".to_owned(),
        counts,
    };
    let scan = |exploitability, claims: Vec<VexClaim>| {
        let found = Vulnerability { exploitability, ..cve("CVE-2026-1", High) };
        vec![doc().vulnerabilities_with_claims([found], None, claims)]
    };
    hold(vec![
        (NONE_HIGH, scan(Exploitability::NotAffected, vec![claim(true)]), Pass, &[], &[]),
        (NONE_HIGH, scan(Exploitability::Unknown, vec![claim(false)]), Fail, LIMIT, &["vulnerabilities.claims"]),
    ]);
    let trusted = judged(NONE_HIGH, scan(Exploitability::NotAffected, vec![claim(true)]));
    let summary = "0 critical vulnerabilities, 0 high vulnerabilities, 1 not affected by trusted statements";
    assert_eq!(trusted.summary, summary);
    let ignored = judged(NONE_HIGH, scan(Exploitability::Unknown, vec![claim(false)]));
    let shown = ignored.findings.iter().find(|finding| finding.rule == "vulnerabilities.claims").unwrap();
    assert_eq!((shown.severity, shown.decisive), (Info, false));
    assert_eq!(
        shown.message,
        "mallory says that CVE-2026-1 in openssl does not reach the product (never called); the stage does not list them, so it does not count"
    );
    let many = scan(Exploitability::Unknown, (0..600).map(|_| claim(false)).collect());
    let report = judged(NONE_HIGH, many);
    assert_eq!((report.findings.len(), report.omitted), (21, 580), "notes do not take the room of what decides");
}

#[test]
fn an_old_or_unknown_database_allows_no_conclusion() {
    let settings = r#"{"vulnerabilities": {"max": {"high": 0}, "database_max_age_hours": 24}}"#;
    let made = |at: Option<Timestamp>| vec![doc().vulnerabilities([], at)];
    let rule: Rules = &["vulnerabilities.database"];
    hold(vec![
        (settings, made(Some(NOW - 24 * HOUR)), Pass, &[], &[]),
        (settings, made(Some(NOW - 24 * HOUR - 1)), Inconclusive, &[], rule),
        (settings, made(None), Inconclusive, &[], rule),
        (settings, made(Some(NOW + 300 * SECOND)), Pass, &[], &[]),
        (settings, made(Some(NOW + 300 * SECOND + 1)), Inconclusive, &[], rule),
        (NONE_HIGH, made(None), Pass, &[], &[]),
    ]);
}

#[test]
fn more_than_can_be_listed_are_counted_exactly() {
    let high = || (0..6000).map(|n| cve(&format!("CVE-{n}"), High));
    let report = judged(NONE_HIGH, vec![packages(high().chain([cve("CVE-last", Critical)]))]);
    assert_eq!(report.summary, "1 critical vulnerability, 6000 high vulnerabilities");
    assert_eq!(report.findings[0].message, "6000 high vulnerabilities, at most 0 allowed, 5097 not listed");
    assert_eq!(report.findings[1].subject.as_deref(), Some("CVE-last"));
    assert_eq!((report.findings.len() as u32 + report.omitted, report.omitted_decisive), (6002, true));
    // The one that counts lies behind more rows than are looked at: it counts all the same.
    let report =
        judged(r#"{"vulnerabilities": {"max": {"low": 0}}}"#, vec![packages(high().chain([cve("CVE-last", Low)]))]);
    assert_eq!((report.outcome, report.omitted, report.omitted_decisive), (Fail, 1, true));
    assert_eq!(report.findings[0].message, "1 low vulnerability, at most 0 allowed, 1 not listed");
}

#[test]
fn what_probably_will_be_exploited_is_counted_in_scans_of_any_size() {
    let settings = r#"{"vulnerabilities": {"max_epss": 0.5}}"#;
    let scan = |epss: f64| {
        let small = (0..60_000).map(|n| Vulnerability { epss: Some(0.5), ..cve(&format!("CVE-{n}"), Low) });
        vec![packages(small.chain([Vulnerability { epss: Some(epss), ..cve("CVE-last", Low) }]))]
    };
    assert_eq!(judged(settings, scan(0.5)).outcome, Pass);
    let report = judged(settings, scan(0.500_001));
    assert_eq!((report.outcome, report.findings.len(), report.omitted), (Fail, 1, 0));
    assert_eq!(report.findings[0].subject.as_deref(), Some("CVE-last"));
}

#[test]
fn a_vulnerability_says_how_to_get_rid_of_it() {
    let remedy =
        |change: &dyn Fn(&mut Vulnerability)| judged(NONE_HIGH, of(change)).findings[0].remediation.clone().unwrap();
    for (purl, command) in [
        ("pkg:npm/left-pad@1.3.0", Some("npm audit fix")),
        ("pkg:pypi/django@4.2", Some("pip install --upgrade -r requirements.txt")),
        ("pkg:deb/debian/openssl", Some("apt-get update && apt-get upgrade")),
        ("pkg:huggingface/a", None),
        ("; rm -rf /", None),
    ] {
        let remediation = remedy(&|found| found.purl = Some(purl.to_owned()));
        assert_eq!(remediation.command.as_deref(), command, "{purl}");
        assert_eq!(remediation.title, "update `openssl` to 3.0.14 or later");
    }
    let unfixed = remedy(&|found| found.fixed = None);
    assert!(unfixed.title.contains("no version of `openssl` is fixed yet") && unfixed.command.is_none());
    assert_eq!(remedy(&|_| {}).doc.as_deref(), Some("https://osv.dev/vulnerability/CVE-2026-1"));
    assert_eq!(remedy(&|found| found.id = "CVE-1/../../x".to_owned()).doc, None);
    let report = judged(NONE_HIGH, of(|_| {}));
    assert_eq!(report.findings[0].message, "CVE-2026-1 in openssl 3.0.1, fixed in 3.0.14");
    assert_eq!(report.findings[0].subject.as_deref(), Some("CVE-2026-1"));
}
