//! Test results v0.1: which tests passed, passed with a warning, and failed.
//!
//! Cases are counted as everywhere. A result that says worse than its lists is believed, as one case more that failed; one that
//! says better contradicts them.

use crate::{
    error::ReadError,
    json,
    source::{Reading, Source, empty},
    text::bounded,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content, TestCase, TestReport, TestStatus};

pub(super) const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// The suite of a result whose configuration has no name, and the case of one that failed without saying what failed.
const UNNAMED: &str = "test-result";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    result: Verdict,
    #[serde(default)]
    configuration: Option<Vec<Configuration>>,
    #[serde(default)]
    passed_tests: Option<Vec<String>>,
    #[serde(default)]
    warned_tests: Option<Vec<String>>,
    #[serde(default)]
    failed_tests: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Verdict {
    Passed,
    Warned,
    Failed,
}

#[derive(Debug, Deserialize)]
struct Configuration {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    uri: Option<String>,
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let root: Root = json::parse(source)?;
    let suite: Arc<str> = bounded(suite(&root), source.limits);
    let case = |name: &str, status: TestStatus, message: &str| TestCase {
        suite: suite.clone(),
        name: bounded(name, source.limits),
        status,
        duration_ms: 0,
        message: bounded(message, source.limits),
    };
    let lists = [
        (&root.passed_tests, TestStatus::Passed, ""),
        (&root.warned_tests, TestStatus::Passed, "passed with a warning"),
        (&root.failed_tests, TestStatus::Failed, ""),
    ];
    let mut cases: Vec<TestCase> = Vec::new();
    for (names, status, message) in lists {
        cases.extend(names.iter().flatten().map(|name| case(name, status, message)));
    }
    let failed = cases.iter().filter(|case| case.status == TestStatus::Failed).count();
    let mut contradictions = Vec::new();
    if root.result == Verdict::Failed && failed == 0 {
        cases.push(case(UNNAMED, TestStatus::Failed, "the result is FAILED, and no test is named that failed"));
    } else if root.result != Verdict::Failed && failed > 0 {
        let said = if root.result == Verdict::Passed { "PASSED" } else { "WARNED" };
        let contradiction = format!("the result is {said}, and {failed} tests are listed as failed");
        contradictions.push(bounded(&contradiction, source.limits));
    }
    let completeness = if cases.is_empty() {
        empty("the result names no test, so nobody can tell that any was run; list `passedTests`")
    } else {
        Completeness::Complete
    };
    let report = TestReport { suites: vec![suite.clone()], cases, contradictions };
    Ok(Reading::new(completeness, vec![Content::Tests(Arc::new(report))]))
}

fn suite(root: &Root) -> &str {
    let configuration = root.configuration.as_deref().unwrap_or_default().first();
    let named = configuration.and_then(|first| first.name.as_deref().or(first.uri.as_deref()));
    named.filter(|name| !name.is_empty()).unwrap_or(UNNAMED)
}
