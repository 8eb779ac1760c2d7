//! What a suite says of itself, compared with what was counted.

use crate::{text::quoted, xml::Element};
use tidegate_core::evidence::TestStatus;

/// Cases by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
}

impl Counts {
    /// One case more.
    pub(super) fn count(&mut self, status: TestStatus) {
        self.tests += 1;
        match status {
            TestStatus::Failed => self.failures += 1,
            TestStatus::Errored => self.errors += 1,
            TestStatus::Skipped => self.skipped += 1,
            TestStatus::Passed | TestStatus::Flaky => {}
        }
    }

    /// These and others.
    pub(super) fn with(self, others: Self) -> Self {
        Self {
            tests: self.tests + others.tests,
            failures: self.failures + others.failures,
            errors: self.errors + others.errors,
            skipped: self.skipped + others.skipped,
        }
    }
}

/// The counters of a suite's attributes, as written.
#[derive(Debug)]
pub(super) struct Declared(Vec<(&'static str, String)>);

/// Some write `disabled` for cases that others count as skipped, and some `skip` or `skips`.
const COUNTERS: [&str; 7] = ["tests", "failures", "errors", "skipped", "skip", "skips", "disabled"];

impl Declared {
    pub(super) fn of(element: &Element<'_>) -> Self {
        let stated = |name| element.stated(name).map(|value| (name, value.trim().to_owned()));
        Self(COUNTERS.into_iter().filter_map(stated).collect())
    }

    /// The counters that fit neither the suite's own cases nor those of all suites inside; tools do either.
    pub(super) fn contradiction(&self, suite: &str, own: Counts, whole: Counts) -> Option<String> {
        let wrong: Vec<_> = self.0.iter().filter(|(name, value)| !self.fits(name, value, own, whole)).collect();
        let says: Vec<String> = wrong.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        if says.is_empty() {
            return None;
        }
        let Counts { tests, failures, errors, skipped } = whole;
        Some(format!(
            "{} says {}; counted: {tests} tests, {failures} failures, {errors} errors, {skipped} skipped",
            if suite.is_empty() { "the report".to_owned() } else { format!("suite {}", quoted(suite)) },
            says.join(", ")
        ))
    }

    fn fits(&self, name: &str, value: &str, own: Counts, whole: Counts) -> bool {
        let Some(said) = number(value) else { return false };
        [own, whole].iter().any(|counted| match name {
            "tests" => said == counted.tests,
            "failures" => said == counted.failures,
            "errors" => said == counted.errors,
            _ => said == counted.skipped || self.not_run() == Some(counted.skipped),
        })
    }

    /// `skipped` and `disabled` together.
    fn not_run(&self) -> Option<u64> {
        let counters = self.0.iter().filter(|(name, _)| !matches!(*name, "tests" | "failures" | "errors"));
        counters.map(|(_, value)| number(value)).try_fold(0_u64, |sum, said| sum.checked_add(said?))
    }
}

fn number(value: &str) -> Option<u64> {
    value.replace(',', "").parse().ok()
}
