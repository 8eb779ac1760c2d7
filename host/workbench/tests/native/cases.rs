//! Questions that touch every group of settings, with documents that are well and documents that are not.

use crate::{
    Case,
    document::{COMMIT, Given, NOW, Rows},
};
use tidegate_sdk::{
    evidence::{
        components::Component,
        scan::{Issue, ScanKind, Suppression},
        small::{Coverage, Fact, Measurement, Provenance, Value},
        tests::{TestCase, TestStatus},
        vulnerabilities::{Exploitability, VexClaim, VexStatus, Vulnerability},
    },
    finding::{Location, Severity},
    report::Ratio,
};

const DAY: u64 = 24 * 3_600 * 1_000_000_000;

const SECURITY: &str = r#"{
    "vulnerabilities": {"max": {"critical": 0, "high": 0}, "leeway_days": {"high": 7}, "max_epss": 0.5,
        "except": ["CVE-9*"], "database_max_age_hours": 24},
    "issues": {"score_below": 7, "max": {"high": 0}, "only": ["security"]},
    "secrets": {"evidence": ["gitleaks"]},
    "misconfigurations": {"max": {"high": 0}, "required": false},
    "licenses": {"allow": ["MIT", "Apache-2.0"], "deny": ["GPL-3.0-only"]},
    "sbom": {"min_components": 2},
    "provenance": {"builders": ["https://github.com/actions/*"], "repositories": ["https://github.com/acme/*"],
        "signers": ["release-pipeline"], "same_commit": true, "same_repository": true, "same_artifact": true},
    "certificates": {"expected_subjects": ["https://api.example"]}, "headers": {"min_hsts_days": 30},
    "endpoints": {"min_endpoints": 1},
    "baseline": {"new_vulnerabilities": {"max": {"low": 0}}, "new_issues": {"max": {"high": 0}}}
}"#;

const QUALITY: &str = r#"{
    "tests": {"min_pass_rate": 90, "expected_suites": ["api"], "vanished_max_percent": 10},
    "coverage": {"min_lines": 80, "fall_max_points": 0.5},
    "issues": {"max": {"high": 0}},
    "measurements": [{"name": "p95", "max": 2000, "unit": "ms"}, {"name": "lcp", "subject": "https://*", "max": 2500}],
    "accessibility": {"max": {"high": 0}, "min_score": 90},
    "performance": {"max_breached": 0, "min_scores": {"performance": 90}, "min_pages": 1}
}"#;

pub(crate) fn of_security() -> Vec<Case> {
    let wrong = Some(vec![given(1, "scan", "trivy", vec![vulnerabilities(&["CVE-1"], false)])]);
    vec![
        (SECURITY, security(true), Some(security(true))),
        (SECURITY, security(false), wrong),
        (SECURITY, vec![], Some(vec![])),
        (r#"{"secrets": {"required": false}}"#, security(true), None),
        (r#"{"vulnerabilities": {"max": {"low": 1}, "only_fixable": true}}"#, security(false), None),
    ]
}

pub(crate) fn of_quality() -> Vec<Case> {
    vec![
        (QUALITY, quality(true), Some(quality(true))),
        (QUALITY, quality(false), Some(quality(true))),
        (QUALITY, vec![], Some(vec![])),
        (r#"{"tests": {}}"#, quality(true), None),
    ]
}

fn given(number: u8, name: &'static str, format: &'static str, contents: Vec<Rows>) -> Given {
    Given { name, format, contents, signer: None, number }
}

fn vulnerabilities(ids: &[&str], well: bool) -> Rows {
    let found = |id: &&str| Vulnerability {
        id: (*id).to_owned(),
        aliases: vec![],
        severity: Severity::Critical,
        cvss: Some(9.8),
        epss: Some(if well { 0.1 } else { 0.9 }),
        published: Some(NOW - 9 * DAY),
        package: "openssl".to_owned(),
        purl: Some("pkg:deb/debian/openssl@3.0.1".to_owned()),
        installed: "3.0.1".to_owned(),
        fixed: Some("3.0.14".to_owned()),
        exploitability: if well { Exploitability::NotAffected } else { Exploitability::KnownExploited },
    };
    let waits = Vulnerability { severity: Severity::High, published: Some(NOW - DAY), ..found(&"CVE-2") };
    let waits = Vulnerability { epss: None, exploitability: Exploitability::Unknown, ..waits };
    let claim = VexClaim {
        vulnerability: "CVE-1".to_owned(),
        package: "openssl".to_owned(),
        status: VexStatus::NotAffected,
        by: "mallory".to_owned(),
        justification: "never called".to_owned(),
        counts: well,
    };
    let found = ids.iter().map(found).chain([waits]).collect();
    Rows::Vulnerabilities(found, vec![claim], well.then_some(NOW - DAY))
}

fn issue(rule: &str, score: Option<f64>, suppression: Suppression) -> Issue {
    Issue {
        rule: rule.to_owned(),
        severity: Severity::High,
        message: format!("message of {rule}"),
        location: Some(Location { uri: "src/a.py".to_owned(), line: Some(7) }),
        fingerprint: format!("print of {rule}"),
        score,
        suppression,
        tags: vec!["security".to_owned()],
    }
}

fn component(name: &str, license: &str) -> Component {
    Component {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        purl: Some(format!("pkg:npm/{name}@1.0.0")),
        licenses: vec![license.to_owned()],
    }
}

fn facts(well: bool) -> Rows {
    let fact =
        |name: &str, value| Fact { name: name.to_owned(), subject: Some("https://api.example".to_owned()), value };
    let text = |name: &str, value: &str| fact(name, Value::Text(value.to_owned()));
    let days = if well { 90 } else { 30 };
    let mut facts = vec![
        fact("certificate.not_after", Value::Time(NOW + days * DAY)),
        fact("certificate.trusted", Value::Flag(well)),
        fact("http.status", Value::Number(if well { 200.0 } else { 503.0 })),
        text("header.strict-transport-security", if well { "max-age=31536000" } else { "max-age=0" }),
    ];
    if well {
        facts.push(text("header.content-security-policy", "default-src 'self'"));
        facts.push(text("header.x-frame-options", "DENY"));
    }
    Rows::Facts(facts)
}

fn security(well: bool) -> Vec<Given> {
    let suppression = if well { Suppression::Trusted } else { Suppression::Claimed };
    let secrets = if well { vec![] } else { vec![issue("aws-key", None, Suppression::None)] };
    let provenance = Provenance {
        builder: "https://github.com/actions/runner".to_owned(),
        build_type: "workflow".to_owned(),
        repository: "git+https://github.com/acme/shop@refs/heads/main".to_owned(),
        commit: if well { COMMIT.to_owned() } else { "other".to_owned() },
        ref_name: "refs/heads/main".to_owned(),
        materials: vec![],
    };
    let signer = well.then_some("release-pipeline");
    let license = if well { "MIT OR GPL-3.0-only" } else { "GPL-3.0-only" };
    vec![
        given(
            1,
            "scan",
            "trivy",
            vec![vulnerabilities(if well { &["CVE-1"] } else { &["CVE-1", "CVE-3", "CVE-99"] }, well)],
        ),
        given(2, "sast", "sarif", vec![Rows::Scan(ScanKind::Analysis, vec![issue("sql", Some(9.8), suppression)])]),
        given(3, "gitleaks", "sarif", vec![Rows::Scan(ScanKind::Analysis, secrets)]),
        given(4, "sbom", "cyclonedx", vec![Rows::Components(vec![component("a", license), component("b", "MIT")])]),
        Given { signer, ..given(5, "provenance", "slsa", vec![Rows::Provenance(provenance)]) },
        given(6, "probe", "probe", vec![facts(well)]),
    ]
}

fn case(name: &str, status: TestStatus) -> TestCase {
    TestCase { suite: "api".to_owned(), name: name.to_owned(), status, duration_ms: 3, message: "because".to_owned() }
}

fn quality(well: bool) -> Vec<Given> {
    let names = if well { ["a", "b", "c"] } else { ["a", "b", "d"] };
    let statuses = [TestStatus::Passed, if well { TestStatus::Flaky } else { TestStatus::Failed }, TestStatus::Passed];
    let cases = names.into_iter().zip(statuses).map(|(name, status)| case(name, status)).collect();
    let lines = Ratio { numerator: if well { 90 } else { 79 }, denominator: 100 };
    let measured = |name: &str, subject: Option<&str>, value, unit: &str| Measurement {
        name: name.to_owned(),
        subject: subject.map(str::to_owned),
        value,
        unit: unit.to_owned(),
    };
    let page = Some("https://shop.example/");
    let score = if well { 95.0 } else { 71.5 };
    let pages = vec![
        measured("lcp", page, if well { 1800.0 } else { 2600.0 }, "millisecond"),
        measured("lighthouse.performance", page, score, "%"),
        measured("lighthouse.accessibility", page, score, "%"),
    ];
    let found = |rule: &str| if well { vec![] } else { vec![issue(rule, None, Suppression::None)] };
    let load = vec![
        Rows::Measurements(vec![measured("p95", None, if well { 900.0 } else { 2300.5 }, "ms")]),
        Rows::Scan(ScanKind::Analysis, found("http_req_duration")),
    ];
    vec![
        given(1, "unit_tests", "junit", vec![Rows::Tests(cases)]),
        given(2, "coverage", "lcov", vec![Rows::Coverage(Coverage { lines, branches: None })]),
        given(3, "lint", "eslint", vec![Rows::Scan(ScanKind::Analysis, found("no-var"))]),
        given(4, "pages", "lighthouse", vec![Rows::Measurements(pages)]),
        given(5, "axe", "axe", vec![Rows::Scan(ScanKind::Accessibility, found("label"))]),
        given(6, "load", "k6", load),
    ]
}
