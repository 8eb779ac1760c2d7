//! Test cases in this process.

use super::page;
use crate::evidence::tests::{TestCase, TestStatus, TestTotals};
use std::{collections::HashSet, rc::Rc};

#[derive(Debug)]
pub(crate) struct TestRows {
    pub(crate) suites: Vec<String>,
    pub(crate) cases: Vec<TestCase>,
    pub(crate) contradictions: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Tests(pub(crate) Rc<TestRows>);

impl Tests {
    pub(crate) fn totals(&self) -> TestTotals {
        let mut totals = TestTotals::default();
        for case in &self.0.cases {
            *(match case.status {
                TestStatus::Passed => &mut totals.passed,
                TestStatus::Failed => &mut totals.failed,
                TestStatus::Errored => &mut totals.errored,
                TestStatus::Skipped => &mut totals.skipped,
                TestStatus::Flaky => &mut totals.flaky,
            }) += 1;
            totals.duration_ms += case.duration_ms;
        }
        totals
    }

    pub(crate) fn suites(&self) -> Vec<String> {
        self.0.suites.clone()
    }

    pub(crate) fn cases(&self, statuses: &[TestStatus], offset: u32, limit: u32) -> Vec<TestCase> {
        // As the host does: no status asks for all.
        let wanted = |case: &&TestCase| statuses.is_empty() || statuses.contains(&case.status);
        page(self.0.cases.iter().filter(wanted).cloned(), offset, limit)
    }

    pub(crate) fn contradictions(&self) -> Vec<String> {
        self.0.contradictions.clone()
    }

    pub(crate) fn missing_from(&self, other: &Self, limit: u32) -> Vec<TestCase> {
        let here: HashSet<(&str, &str)> = self.0.cases.iter().map(|case| (&*case.suite, &*case.name)).collect();
        let vanished = |case: &&TestCase| !here.contains(&(&*case.suite, &*case.name));
        page(other.0.cases.iter().filter(vanished).cloned(), 0, limit)
    }
}

#[cfg(test)]
mod asked {
    use super::{TestCase, TestRows, TestStatus, Tests};
    use std::rc::Rc;

    #[test]
    fn no_status_asks_for_all_cases() {
        let case = |status| TestCase {
            suite: String::new(),
            name: String::new(),
            status,
            duration_ms: 0,
            message: String::new(),
        };
        let cases = vec![case(TestStatus::Passed), case(TestStatus::Failed)];
        let tests = Tests(Rc::new(TestRows { suites: vec![], cases, contradictions: vec![] }));
        assert_eq!(tests.cases(&[], 0, 9).len(), 2);
        assert_eq!(tests.cases(&[TestStatus::Failed], 0, 9).len(), 1);
    }
}
