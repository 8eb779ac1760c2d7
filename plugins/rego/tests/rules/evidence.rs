//! What rules of the gate's own kind see of documents that the gate reads.

use super::world::judge;
use serde_json::json;
use tidegate_sdk::{
    evidence::{
        components::Component,
        scan::{Issue, ScanKind, Suppression},
        small::{Coverage, Fact, Measurement, Provenance, Standing, Statement, Value},
        tests::{TestCase, TestStatus},
        vulnerabilities::{Exploitability, Vulnerability},
    },
    finding::{Location, Severity},
    fixture::DocumentFixture,
    gate::Failure,
    report::Ratio,
};

fn case(number: usize, status: TestStatus) -> TestCase {
    TestCase { suite: "s".into(), name: format!("t{number}"), status, duration_ms: 3, message: String::new() }
}

fn everything() -> DocumentFixture {
    let issue = Issue {
        rule: "sql".into(),
        severity: Severity::High,
        message: "m".into(),
        location: Some(Location { uri: "a.py".into(), line: Some(7) }),
        fingerprint: "f".into(),
        score: Some(9.8),
        suppression: Suppression::Claimed,
        tags: vec!["cwe".into()],
    };
    let vulnerability = Vulnerability {
        id: "CVE-1".into(),
        aliases: vec![],
        severity: Severity::Critical,
        cvss: Some(9.8),
        epss: None,
        published: Some(5),
        package: "openssl".into(),
        purl: None,
        installed: "3.0.1".into(),
        fixed: Some("3.0.2".into()),
        exploitability: Exploitability::KnownExploited,
    };
    let component = Component { name: "a".into(), version: "1".into(), purl: None, licenses: vec!["MIT".into()] };
    let statement = Statement {
        item: "backup".into(),
        standing: Standing::NotApplicable,
        by: "alice".into(),
        at: 7,
        link: None,
        note: String::new(),
    };
    let provenance = Provenance {
        builder: "b".into(),
        build_type: "t".into(),
        repository: "r".into(),
        commit: "c".into(),
        ref_name: String::new(),
        materials: vec![],
    };
    DocumentFixture::new("all", "made-up")
        .source(|source| source.signer = Some("pipeline".into()))
        .tests([case(1, TestStatus::Passed), case(2, TestStatus::Failed)], [])
        .scan_of(ScanKind::Secrets, [issue])
        .vulnerabilities([vulnerability], Some(9))
        .components([component])
        .coverage(Coverage { lines: Ratio { numerator: 8, denominator: 10 }, branches: None })
        .measurements([Measurement { name: "p95".into(), subject: None, value: 1.5, unit: "ms".into() }])
        .statements([statement])
        .provenance(provenance)
        .facts([Fact { name: "header.x".into(), subject: Some("https://a".into()), value: Value::Flag(true) }])
}

fn settings(condition: &str) -> serde_json::Value {
    let module =
        format!("package main\n\ndeny contains \"seen\" if {{\n\tsome d in input.documents\n\t{condition}\n}}\n");
    json!({ "mode": "gate", "modules": [{ "file": "a.rego", "source": module }] })
}

#[test]
fn everything_that_a_document_holds_is_seen() {
    for condition in [
        "d.name == \"all\"; d.format == \"made-up\"; d.signer == \"pipeline\"; d.complete; startswith(d.digest, \"sha256:\")",
        "d.tests[_].totals.failed == 1; d.tests[_].cases[_] == {\"suite\": \"s\", \"name\": \"t2\", \"status\": \"failed\", \"duration_ms\": 3, \"message\": \"\"}",
        "i := d.issues[_]; i.kind == \"secrets\"; i.severity == \"high\"; i.suppression == \"claimed\"; i.location.line == 7; i.tags == [\"cwe\"]; i.score == 9.8",
        "v := d.vulnerabilities[_]; v.id == \"CVE-1\"; v.exploitability == \"known_exploited\"; v.fixed == \"3.0.2\"; v.epss == null",
        "d.vulnerability_databases[_].made_at == 9",
        "d.components[_].licenses == [\"MIT\"]",
        "d.coverage[_].lines == {\"covered\": 8, \"of\": 10}",
        "d.measurements[_] == {\"name\": \"p95\", \"subject\": null, \"value\": 1.5, \"unit\": \"ms\"}",
        "d.statements[_].standing == \"not_applicable\"",
        "d.provenance[_].commit == \"c\"",
        "d.facts[_] == {\"name\": \"header.x\", \"subject\": \"https://a\", \"value\": true}",
        "input.stage == \"stage\"; input.service == null; input.deployment.services[_].name == \"api\"; input.deployment.cause == \"push\"",
    ] {
        let report = judge(&settings(condition), [everything()]).unwrap();
        assert_eq!(report.findings.len(), 1, "{condition}");
    }
}

#[test]
fn more_rows_than_rules_can_see_are_an_error_with_both_numbers() {
    let many = DocumentFixture::new("many", "junit").tests((0..20_001).map(|n| case(n, TestStatus::Passed)), []);
    let failure = judge(&settings("d.tests"), [many]).unwrap_err();
    let Failure::BadEvidence(why) = failure else { panic!("{failure:?}") };
    assert!(why.contains("too many rows for rules: 20001 used, 20000 allowed"), "{why}");
}

#[test]
fn a_document_of_no_known_kind_is_seen_as_json_or_not_at_all() {
    let condition = "d.content.a == 1";
    let yaml = |text: &str| DocumentFixture::new("own", "opaque").bytes(text.as_bytes());
    assert_eq!(judge(&settings(condition), [yaml("a: 1")]).unwrap().findings.len(), 1);
    assert!(matches!(judge(&settings(condition), [yaml("%PDF-1.7")]), Err(Failure::BadEvidence(_))));
}
