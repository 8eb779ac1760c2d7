//! All groups together: score, order, and what every judgement has in common.

use crate::world::{
    DAY, NOW, asked, component, cve, doc, fact, hold, issue, judged, judged_against, packages, probed, provenance,
};
use security::Security;
use std::collections::BTreeSet;
use tidegate_sdk::{
    evidence::{
        scan::{Issue, ScanKind},
        small::Value,
        vulnerabilities::{Exploitability, VexClaim, VexStatus, Vulnerability},
    },
    finding::Severity::{Critical, High, Low},
    fixture::{BaselineFixture, DocumentFixture, evidence},
    gate::Gate as _,
    report::{
        Outcome::{Fail, Inconclusive, Pass},
        Ratio,
    },
};

const ALL: &str = r#"{
    "vulnerabilities": {"max": {"critical": 0, "high": 0}, "leeway_days": {"high": 7}, "max_epss": 0.5, "database_max_age_hours": 24},
    "issues": {"score_below": 7, "max": {"high": 0}},
    "secrets": {},
    "misconfigurations": {"max": {"high": 0}},
    "licenses": {"allow": ["MIT"]},
    "sbom": {"min_components": 3},
    "provenance": {"builders": ["b"], "build_types": ["b"], "repositories": ["b"], "ref_names": ["b"], "signers": ["b"],
        "same_commit": true, "same_artifact": true},
    "certificates": {}, "headers": {}, "endpoints": {},
    "baseline": {"new_vulnerabilities": {"max": {"low": 0}}, "new_issues": {"max": {"high": 0}}}
}"#;

/// One document for every rule that can be broken.
fn everything_wrong() -> Vec<DocumentFixture> {
    let claim = VexClaim {
        vulnerability: "CVE-1".to_owned(),
        package: "openssl".to_owned(),
        status: VexStatus::Fixed,
        by: "nobody".to_owned(),
        justification: String::new(),
        counts: false,
    };
    let found = [
        cve("CVE-1", Critical),
        Vulnerability { published: Some(NOW), ..cve("CVE-2", High) },
        Vulnerability { epss: Some(0.9), exploitability: Exploitability::KnownExploited, ..cve("CVE-3", Low) },
    ];
    let mut built = provenance();
    built.commit = "other".to_owned();
    let url = "https://a.example/";
    let facts = [
        fact(url, "certificate.not_after", Value::Time(NOW + DAY)),
        fact(url, "certificate.trusted", Value::Flag(false)),
        fact(url, "http.status", Value::Number(500.0)),
    ];
    vec![
        doc().vulnerabilities_with_claims(found, None, [claim]),
        doc().scan([Issue { score: Some(9.0), ..issue("sql", High, "a.py") }]),
        doc().scan_of(ScanKind::Secrets, [issue("key", High, "a.py")]),
        doc().scan_of(ScanKind::Misconfigurations, [issue("root", High, "Dockerfile")]),
        doc().components([component("bad", &["WTFPL"])]),
        doc().provenance(built),
        probed(facts),
        doc().incomplete(),
    ]
}

#[test]
fn every_rule_is_cited_and_every_cited_rule_is_declared() {
    let declared: BTreeSet<String> = Security::describe().rules.into_iter().map(|rule| rule.id).collect();
    let before = BaselineFixture::Documents(vec![]);
    let mut cited: BTreeSet<String> = BTreeSet::new();
    for report in [
        judged_against(ALL, everything_wrong(), before).unwrap(),
        judged_against(ALL, vec![], BaselineFixture::First).unwrap(),
    ] {
        cited.extend(report.findings.into_iter().map(|finding| finding.rule));
    }
    assert_eq!(cited, declared);
}

#[test]
fn the_score_is_the_share_of_clauses_that_are_kept() {
    let settings = r#"{"vulnerabilities": {"max": {"critical": 0, "high": 0, "medium": 9}}, "secrets": {}}"#;
    let secrets =
        |count: usize| doc().scan_of(ScanKind::Secrets, (0..count).map(|n| issue("key", High, &n.to_string())));
    let ratio = |numerator, denominator| Some(Ratio { numerator, denominator });
    for (documents, score) in [
        (vec![packages([]), secrets(0)], ratio(5, 5)),
        (vec![packages([cve("CVE-1", High)]), secrets(0)], ratio(4, 5)),
        (vec![packages([cve("CVE-1", High), cve("CVE-2", High)]), secrets(0)], ratio(4, 5)),
        (vec![packages([cve("CVE-1", High), cve("CVE-2", Critical)]), secrets(7)], ratio(2, 5)),
        (vec![packages([])], None),
    ] {
        assert_eq!(judged(settings, documents).score, score);
    }
}

#[test]
fn what_was_never_seen_outranks_a_failure() {
    let settings = r#"{"vulnerabilities": {"max": {"high": 0}}, "secrets": {}}"#;
    let secrets = || doc().scan_of(ScanKind::Secrets, []);
    hold(vec![
        (settings, vec![packages([]), secrets()], Pass, &[], &[]),
        (settings, vec![packages([cve("CVE-1", High)]), secrets()], Fail, &["vulnerabilities.limit"], &[]),
        (
            settings,
            vec![packages([cve("CVE-1", High)])],
            Inconclusive,
            &["vulnerabilities.limit"],
            &["evidence.missing"],
        ),
    ]);
}

#[test]
fn taking_any_document_away_never_turns_a_refusal_into_a_pass() {
    let all = everything_wrong();
    assert_eq!(judged_against(ALL, all.clone(), BaselineFixture::First).unwrap().outcome, Inconclusive);
    for group in [
        r#"{"vulnerabilities": {"max": {"critical": 0}}}"#,
        r#"{"issues": {"score_below": 7}}"#,
        r#"{"secrets": {}}"#,
        r#"{"misconfigurations": {"max": {"high": 0}}}"#,
        r#"{"licenses": {"allow": ["MIT"]}}"#,
        r#"{"sbom": {"min_components": 3}}"#,
        r#"{"provenance": {"same_commit": true}}"#,
        r#"{"certificates": {}}"#,
        r#"{"headers": {}}"#,
        r#"{"endpoints": {}}"#,
    ] {
        let finished: Vec<DocumentFixture> = all[..7].to_vec();
        assert_eq!(judged(group, finished.clone()).outcome, Fail, "{group}");
        for index in 0..finished.len() {
            let mut fewer = finished.clone();
            fewer.remove(index);
            assert_ne!(judged(group, fewer).outcome, Pass, "{group} without document {index}");
        }
    }
}

#[test]
fn the_same_question_gives_the_same_answer() {
    let ask = || {
        Security::evaluate(&asked(r#"{"secrets": {}, "licenses": {"allow": ["MIT"]}}"#), &evidence(everything_wrong()))
    };
    assert_eq!(ask(), ask());
}

#[test]
fn no_word_of_the_evidence_is_in_a_command() {
    let hostile = "$(reboot)";
    let mut found = cve(hostile, Critical);
    for field in [&mut found.package, &mut found.installed] {
        *field = hostile.to_owned();
    }
    found.purl = Some(format!("pkg:npm/{hostile}"));
    found.fixed = Some(hostile.to_owned());
    let documents = vec![
        packages([found]),
        doc().scan([Issue { score: Some(9.0), ..issue(hostile, High, hostile) }]),
        doc().scan_of(ScanKind::Secrets, [issue(hostile, High, hostile)]),
        doc().scan_of(ScanKind::Misconfigurations, [issue(hostile, High, hostile)]),
        doc().components([component(hostile, &[hostile])]),
        doc().provenance(provenance()),
        probed([
            fact(hostile, "certificate.not_after", Value::Time(NOW)),
            fact(hostile, "http.status", Value::Number(1.0)),
        ]),
    ];
    let report = judged_against(ALL, documents, BaselineFixture::Documents(vec![])).unwrap();
    let remedies: Vec<_> = report.findings.iter().filter_map(|finding| finding.remediation.as_ref()).collect();
    assert!(remedies.iter().any(|remedy| remedy.title.contains(hostile)), "the title may name it");
    for text in remedies.iter().flat_map(|remedy| [&remedy.command, &remedy.doc]).flatten() {
        assert!(!text.contains("reboot"), "{text}");
    }
}
