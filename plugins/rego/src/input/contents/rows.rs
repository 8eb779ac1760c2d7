//! Rows as JSON, in the words of the contract.

use serde_json::{Value, json};
use tidegate_sdk::{
    evidence::{
        components::Component,
        scan::{Issue, ScanKind, Suppression},
        small::{Coverage, Fact, Measurement, Provenance, Standing, Statement, Value as FactValue},
        tests::{TestCase, TestReport, TestStatus, TestTotals},
        vulnerabilities::{Exploitability, Vulnerability},
    },
    finding::Location,
    report::Ratio,
};

pub(super) fn tests(tests: &TestReport, totals: &TestTotals, cases: &[TestCase]) -> Value {
    let TestTotals { passed, failed, errored, skipped, flaky, duration_ms } = totals;
    json!({
        "totals": {
            "passed": passed, "failed": failed, "errored": errored, "skipped": skipped, "flaky": flaky,
            "duration_ms": duration_ms,
        },
        "suites": tests.suites(), "contradictions": tests.contradictions(),
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(case: &TestCase) -> Value {
    let TestCase { suite, name, status, duration_ms, message } = case;
    let status = match status {
        TestStatus::Passed => "passed",
        TestStatus::Failed => "failed",
        TestStatus::Errored => "errored",
        TestStatus::Skipped => "skipped",
        TestStatus::Flaky => "flaky",
    };
    json!({ "suite": suite, "name": name, "status": status, "duration_ms": duration_ms, "message": message })
}

pub(super) fn issue(kind: ScanKind, issue: &Issue) -> Value {
    let Issue { rule, severity, message, location, fingerprint, score, suppression, tags } = issue;
    let kind = match kind {
        ScanKind::Analysis => "analysis",
        ScanKind::Secrets => "secrets",
        ScanKind::Misconfigurations => "misconfigurations",
        ScanKind::Accessibility => "accessibility",
        ScanKind::Licenses => "licenses",
    };
    let suppression = match suppression {
        Suppression::None => "none",
        Suppression::Claimed => "claimed",
        Suppression::Trusted => "trusted",
    };
    let location = location.as_ref().map(|Location { uri, line }| json!({ "uri": uri, "line": line }));
    json!({
        "kind": kind, "rule": rule, "severity": severity.word(), "message": message, "location": location,
        "fingerprint": fingerprint, "score": score, "suppression": suppression, "tags": tags,
    })
}

pub(super) fn vulnerability(found: &Vulnerability) -> Value {
    let exploitability = match found.exploitability {
        Exploitability::Unknown => "unknown",
        Exploitability::NotAffected => "not_affected",
        Exploitability::UnderInvestigation => "under_investigation",
        Exploitability::Affected => "affected",
        Exploitability::KnownExploited => "known_exploited",
    };
    json!({
        "id": found.id, "aliases": found.aliases, "severity": found.severity.word(), "cvss": found.cvss,
        "epss": found.epss, "published": found.published, "package": found.package, "purl": found.purl,
        "installed": found.installed, "fixed": found.fixed, "exploitability": exploitability,
    })
}

pub(super) fn component(component: &Component) -> Value {
    let Component { name, version, purl, licenses } = component;
    json!({ "name": name, "version": version, "purl": purl, "licenses": licenses })
}

pub(super) fn coverage(coverage: &Coverage) -> Value {
    let share = |Ratio { numerator, denominator }: Ratio| json!({ "covered": numerator, "of": denominator });
    json!({ "lines": share(coverage.lines), "branches": coverage.branches.map(share) })
}

pub(super) fn measurement(measurement: &Measurement) -> Value {
    let Measurement { name, subject, value, unit } = measurement;
    json!({ "name": name, "subject": subject, "value": value, "unit": unit })
}

pub(super) fn statement(statement: &Statement) -> Value {
    let Statement { item, standing, by, at, link, note } = statement;
    let standing = match standing {
        Standing::Met => "met",
        Standing::Unmet => "unmet",
        Standing::NotApplicable => "not_applicable",
    };
    json!({ "item": item, "standing": standing, "by": by, "at": at, "link": link, "note": note })
}

pub(super) fn provenance(provenance: &Provenance) -> Value {
    let Provenance { builder, build_type, repository, commit, ref_name, materials } = provenance;
    json!({
        "builder": builder, "build_type": build_type, "repository": repository, "commit": commit,
        "ref_name": ref_name, "materials": materials,
    })
}

pub(super) fn fact(fact: &Fact) -> Value {
    let Fact { name, subject, value } = fact;
    let value = match value {
        FactValue::Text(text) => json!(text),
        FactValue::Number(number) => json!(number),
        FactValue::Flag(flag) => json!(flag),
        FactValue::Time(at) => json!(at),
    };
    json!({ "name": name, "subject": subject, "value": value })
}
