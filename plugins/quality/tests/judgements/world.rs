//! Evidence in few words.

use quality::{Quality, settings::Settings};
use tidegate_sdk::{
    evidence::{
        scan::{Issue, Suppression},
        small::Measurement,
        tests::{TestCase, TestStatus},
    },
    finding::{Location, Severity},
    fixture::{BaselineFixture, DocumentFixture, evidence_with_baseline, request},
    gate::{Failure, Gate as _},
    report::{Outcome, Report},
    settings::read,
};

/// Settings, documents, outcome, decisive rules, other rules.
pub(crate) type Case = (&'static str, Vec<DocumentFixture>, Outcome, Rules, Rules);
/// Rule ids, sorted.
pub(crate) type Rules = &'static [&'static str];

/// Each case ends so.
#[track_caller]
pub(crate) fn hold(all: Vec<Case>) {
    for (settings, documents, outcome, decisive, others) in all {
        let report = judged(settings, documents);
        cites(settings, &report, outcome, decisive, others);
    }
}

/// The report ends so, with decisive findings of these rules and others of those.
#[track_caller]
pub(crate) fn cites(settings: &str, report: &Report, outcome: Outcome, decisive: Rules, others: Rules) {
    let rules = |wanted: bool| {
        let mut rules: Vec<&str> =
            report.findings.iter().filter(|f| f.decisive == wanted).map(|f| f.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    let summary = &report.summary;
    assert_eq!(report.outcome, outcome, "{settings}: {summary}");
    assert_eq!(rules(true), decisive, "{settings}: {summary}");
    assert_eq!(rules(false), others, "{settings}: {summary}");
}

/// A document under the name `unit_tests`.
pub(crate) fn doc() -> DocumentFixture {
    DocumentFixture::new("unit_tests", "junit")
}

/// One document of one suite.
pub(crate) fn tests(passed: u32, failed: u32) -> DocumentFixture {
    doc().tests(cases("s", [passed, failed, 0, 0, 0]), [])
}

/// So many cases that passed, failed, errored, were skipped, were flaky.
pub(crate) fn cases(suite: &str, counts: [u32; 5]) -> Vec<TestCase> {
    let statuses = [
        (TestStatus::Passed, "passed"),
        (TestStatus::Failed, "failed"),
        (TestStatus::Errored, "errored"),
        (TestStatus::Skipped, "skipped"),
        (TestStatus::Flaky, "flaky"),
    ];
    let each = |((status, word), count): ((TestStatus, &'static str), u32)| {
        (0..count).map(move |n| (status, format!("{word} {n}"), format!("message {n}")))
    };
    let case = |(status, name, message)| TestCase { suite: suite.to_owned(), name, status, duration_ms: 1, message };
    statuses.into_iter().zip(counts).flat_map(each).map(case).collect()
}

/// An issue of that rule in that file.
pub(crate) fn issue(rule: &str, severity: Severity, uri: &str) -> Issue {
    Issue {
        rule: rule.to_owned(),
        severity,
        message: format!("message of {rule}"),
        location: Some(Location { uri: uri.to_owned(), line: Some(7) }),
        fingerprint: format!("print of {rule}"),
        score: None,
        suppression: Suppression::None,
        tags: vec![],
    }
}

/// A measurement.
pub(crate) fn measured(name: &str, value: f64, unit: &str) -> Measurement {
    Measurement { name: name.to_owned(), subject: None, value, unit: unit.to_owned() }
}

/// A measurement of a page.
pub(crate) fn measured_on(name: &str, subject: &str, value: f64, unit: &str) -> Measurement {
    Measurement { subject: Some(subject.to_owned()), ..measured(name, value, unit) }
}

/// The report over these documents.
#[track_caller]
pub(crate) fn judged(settings: &str, documents: Vec<DocumentFixture>) -> Report {
    judged_against(settings, documents, BaselineFixture::NotAsked).unwrap()
}

/// The report over these documents, compared with that baseline.
#[track_caller]
pub(crate) fn judged_against(
    settings: &str,
    documents: Vec<DocumentFixture>,
    baseline: BaselineFixture,
) -> Result<Report, Failure> {
    let settings: Settings = read::<Quality>(settings).unwrap();
    Quality::evaluate(&request(settings), &evidence_with_baseline(documents, baseline))
}
