//! Test cases.

use crate::backend;

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestStatus {
    /// It passed.
    Passed,
    /// An assertion failed.
    Failed,
    /// It could not be run to its end.
    Errored,
    /// It was not run.
    Skipped,
    /// It failed first and passed in the end.
    Flaky,
}

/// Cases as counted by the host, never as the document's own counters say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TestTotals {
    /// They passed.
    pub passed: u32,
    /// An assertion failed.
    pub failed: u32,
    /// They could not be run to their end.
    pub errored: u32,
    /// They were not run.
    pub skipped: u32,
    /// They failed first and passed in the end.
    pub flaky: u32,
    /// Of all cases together.
    pub duration_ms: u64,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// The suite as the document names it.
    pub suite: String,
    /// The case, with its class where the format has one.
    pub name: String,
    /// How it ended.
    pub status: TestStatus,
    /// 0 when not stated.
    pub duration_ms: u64,
    /// Of a failure, an error or a skip; may be empty.
    pub message: String,
}

impl TestCase {
    /// `suite::name`, by which waivers know it.
    #[must_use]
    pub fn id(&self) -> String {
        if self.suite.is_empty() { self.name.clone() } else { format!("{}::{}", self.suite, self.name) }
    }
}

/// The cases of one document.
#[derive(Debug)]
pub struct TestReport(pub(crate) backend::Tests);

impl TestReport {
    /// How many ended how.
    #[must_use]
    pub fn totals(&self) -> TestTotals {
        self.0.totals()
    }

    /// Every suite named, also those without a case.
    #[must_use]
    pub fn suites(&self) -> Vec<String> {
        self.0.suites()
    }

    /// The cases that ended so, in order of appearance; no status asks for all.
    #[must_use]
    pub fn cases(&self, statuses: &[TestStatus], offset: u32, limit: u32) -> Vec<TestCase> {
        self.0.cases(statuses, offset, limit)
    }

    /// Where the document's own counters contradict its cases.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        self.0.contradictions()
    }

    /// Cases of `other` that are not here: tests that vanished.
    #[must_use]
    pub fn missing_from(&self, other: &Self, limit: u32) -> Vec<TestCase> {
        self.0.missing_from(&other.0, limit)
    }
}
