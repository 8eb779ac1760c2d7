//! A question and evidence in few words.

use cel::{Cel, settings::Settings};
use tidegate_sdk::{
    deployment::{Label, Revision},
    evidence::{
        scan::{Issue, Suppression},
        small::{Coverage, Fact, Measurement, Value},
        tests::{TestCase, TestStatus},
    },
    finding::Severity,
    fixture::{BaselineFixture, DocumentFixture, evidence_with_baseline, request},
    gate::{Failure, Gate as _},
    report::{Outcome, Ratio, Report},
    settings::read,
};

/// 2026-11-26T13:46:40.000000007Z
pub(crate) const NOW: u64 = 1_795_700_800_000_000_007;

/// Settings of these rules.
pub(crate) fn rules(rules: &[&str]) -> String {
    format!(r#"{{"rules": [{}]}}"#, rules.join(", "))
}

/// Settings of one rule `r`.
pub(crate) fn rule(expression: &str) -> String {
    rules(&[&format!(r#"{{"id": "r", "expression": {}}}"#, serde_json::to_string(expression).unwrap())])
}

/// Each expression ends so over these documents.
#[track_caller]
pub(crate) fn hold(documents: Vec<DocumentFixture>, cases: &[(&str, Outcome)]) {
    for (expression, outcome) in cases {
        let report = judged(&rule(expression), documents.clone());
        assert_eq!(report.outcome, *outcome, "{expression}: {:?}", report.findings);
    }
}

#[track_caller]
pub(crate) fn judged(settings: &str, documents: Vec<DocumentFixture>) -> Report {
    asked(settings, documents, BaselineFixture::NotAsked).map_err(|failure| format!("{settings}: {failure:?}")).unwrap()
}

#[track_caller]
pub(crate) fn asked(
    settings: &str,
    documents: Vec<DocumentFixture>,
    baseline: BaselineFixture,
) -> Result<Report, Failure> {
    asked_for(None, settings, documents, baseline)
}

#[track_caller]
pub(crate) fn asked_for(
    service: Option<&str>,
    settings: &str,
    documents: Vec<DocumentFixture>,
    baseline: BaselineFixture,
) -> Result<Report, Failure> {
    let settings: Settings = read::<Cel>(settings).map_err(|problems| format!("{settings}: {problems:?}")).unwrap();
    let mut request = request(settings);
    request.service = service.map(str::to_owned);
    request.evaluated_at = NOW;
    let deployment = &mut request.deployment;
    deployment.requested_at = NOW - 1_000_000_000;
    deployment.actor = "carol".to_owned();
    deployment.labels = vec![Label { name: "ticket".to_owned(), value: "SHOP-7".to_owned() }];
    deployment.revision =
        Some(Revision { repository: String::new(), commit: "4f2a9c".to_owned(), ref_name: "main".to_owned() });
    Cel::evaluate(&request, &evidence_with_baseline(documents, baseline))
}

/// Five documents, by name.
pub(crate) fn documents() -> Vec<DocumentFixture> {
    let case = |name: &str| TestCase {
        suite: "s".to_owned(),
        name: name.to_owned(),
        status: TestStatus::Passed,
        duration_ms: 1,
        message: String::new(),
    };
    let measured = |subject: &str, value| Measurement {
        name: "p95".to_owned(),
        subject: Some(subject.to_owned()),
        value,
        unit: "ms".to_owned(),
    };
    let fact = Fact { name: "tls".to_owned(), subject: None, value: Value::Flag(true) };
    let coverage = Coverage { lines: Ratio { numerator: 80, denominator: 100 }, branches: None };
    let json = r#"{"replicas": 2, "image": {"tag": "1.4.2"}, "hosts": ["a.example"], "none": []}"#;
    vec![
        DocumentFixture::new("config", "own").bytes(json.as_bytes()),
        DocumentFixture::new("coverage", "cobertura").coverage(coverage),
        DocumentFixture::new("load", "k6").measurements([measured("/", 90.0), measured("/pay", 120.0)]).facts([fact]),
        DocumentFixture::new("scan", "sarif").scan([issue(Severity::Critical), issue(Severity::Low)]),
        DocumentFixture::new("unit_tests", "junit").tests(["a", "b", "c"].map(case), []),
    ]
}

fn issue(severity: Severity) -> Issue {
    Issue {
        rule: "rule".to_owned(),
        severity,
        message: String::new(),
        location: None,
        fingerprint: String::new(),
        score: None,
        suppression: Suppression::None,
        tags: vec![],
    }
}
