//! What can be asked of test cases.

use super::{
    page::{Clock, Page, each, page},
    rows::{CaseRow, StatusRow, TotalsRow},
};
use crate::stop::Stop;
use std::collections::HashSet;
use tidegate_core::evidence::{TestCase, TestReport, TestStatus};

/// Which ways of ending are meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statuses(u8);

impl Statuses {
    /// These; none of them means all.
    pub(super) fn new(statuses: impl Iterator<Item = StatusRow>) -> Self {
        let mask = statuses.fold(0, |mask, status| mask | 1 << status as u8);
        Self(if mask == 0 { u8::MAX } else { mask })
    }

    fn holds(self, status: TestStatus) -> bool {
        self.0 & 1 << StatusRow::from(status) as u8 != 0
    }
}

/// How many ended how.
pub(super) fn totals(report: &TestReport, clock: Clock) -> Result<TotalsRow, Stop> {
    let mut totals = TotalsRow::default();
    each(
        &report.cases,
        clock,
        |_| true,
        |case| {
            let count = match case.status {
                TestStatus::Passed => &mut totals.passed,
                TestStatus::Failed => &mut totals.failed,
                TestStatus::Errored => &mut totals.errored,
                TestStatus::Skipped => &mut totals.skipped,
                TestStatus::Flaky => &mut totals.flaky,
            };
            *count = count.saturating_add(1);
            totals.duration_ms = totals.duration_ms.saturating_add(case.duration_ms);
        },
    )?;
    Ok(totals)
}

/// Cases that ended in one of these ways.
pub(super) fn cases(report: &TestReport, statuses: Statuses, want: Page, clock: Clock) -> Result<Vec<CaseRow>, Stop> {
    page(&report.cases, want, clock, |case| statuses.holds(case.status), CaseRow::from)
}

/// Cases of `other` that `here` has not.
pub(super) fn missing(here: &TestReport, other: &TestReport, want: Page, clock: Clock) -> Result<Vec<CaseRow>, Stop> {
    let mut known = HashSet::new();
    each(
        &here.cases,
        clock,
        |_| true,
        |case| {
            known.insert(key(case));
        },
    )?;
    page(&other.cases, want, clock, |case| !known.contains(&key(case)), CaseRow::from)
}

fn key(case: &TestCase) -> (&str, &str) {
    (&case.suite, &case.name)
}

#[cfg(test)]
mod tests {
    use super::{Clock, Page, StatusRow, Statuses, TotalsRow, cases, missing, totals};
    use std::time::{Duration, Instant};
    use tidegate_core::evidence::{TestCase, TestReport, TestStatus};

    fn report(cases: &[(&str, TestStatus)]) -> TestReport {
        let case = |&(name, status): &(&str, TestStatus)| TestCase {
            suite: "s".into(),
            name: name.into(),
            status,
            duration_ms: 10,
            message: "".into(),
        };
        TestReport { cases: cases.iter().map(case).collect(), ..TestReport::default() }
    }

    fn clock() -> Clock {
        Clock::new(Instant::now() + Duration::from_secs(3600))
    }

    fn every_status() -> TestReport {
        report(&[
            ("a", TestStatus::Passed),
            ("b", TestStatus::Failed),
            ("c", TestStatus::Errored),
            ("d", TestStatus::Skipped),
            ("e", TestStatus::Flaky),
            ("f", TestStatus::Passed),
        ])
    }

    #[test]
    fn every_way_of_ending_is_counted() {
        let expected = TotalsRow { passed: 2, failed: 1, errored: 1, skipped: 1, flaky: 1, duration_ms: 60 };
        assert_eq!(totals(&every_status(), clock()), Ok(expected));
    }

    #[test]
    fn cases_are_chosen_by_how_they_ended() {
        for (statuses, expected) in [
            (&[][..], "abcdef"),
            (&[StatusRow::Passed], "af"),
            (&[StatusRow::Failed, StatusRow::Errored], "bc"),
            (&[StatusRow::Flaky, StatusRow::Skipped], "de"),
        ] {
            let found = cases(&every_status(), Statuses::new(statuses.iter().copied()), Page::ALL, clock()).unwrap();
            assert_eq!(found.iter().map(|row| &*row.name).collect::<String>(), expected, "{statuses:?}");
        }
    }

    #[test]
    fn vanished_tests_are_found() {
        let before = report(&[("a", TestStatus::Passed), ("b", TestStatus::Passed), ("c", TestStatus::Failed)]);
        let now = report(&[("b", TestStatus::Failed), ("new", TestStatus::Passed)]);
        let found = missing(&now, &before, Page::ALL, clock()).unwrap();
        assert_eq!(found.iter().map(|row| &*row.name).collect::<Vec<_>>(), ["a", "c"]);
    }
}
