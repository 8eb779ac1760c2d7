//! Suites that have to be there, with a case that ran.

use super::{PAGE_ROWS, Run};
use crate::rules::EXPECTED_SUITES;
use tidegate_sdk::{
    evidence::tests::TestStatus,
    finding::{Finding, Severity},
    parts::{Part, Verdict},
    pattern,
};

const RAN: [TestStatus; 4] = [TestStatus::Passed, TestStatus::Failed, TestStatus::Errored, TestStatus::Flaky];

/// A suite of which no case ran is not there. Missing is inconclusive: perhaps a shard was left out.
pub(super) fn expected(patterns: &[String], runs: &[Run<'_>], part: &mut Part) {
    for pattern in open(patterns, runs) {
        let message = format!("no case of suite `{pattern}` ran");
        part.stated.push(Finding::new(EXPECTED_SUITES, Severity::High, message).subject(pattern));
        part.verdict = Verdict::Inconclusive;
    }
}

/// The patterns that no case that ran belongs to. Rows are fetched only until none is left.
fn open<'a>(patterns: &'a [String], runs: &[Run<'_>]) -> Vec<&'a str> {
    let mut open: Vec<&str> = patterns.iter().map(String::as_str).collect();
    for (_, report) in runs {
        let named = report.suites();
        if !open.iter().any(|pattern| named.iter().any(|suite| pattern::matches(pattern, suite))) {
            continue;
        }
        let mut offset = 0;
        while !open.is_empty() {
            let page = report.cases(&RAN, offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
            open.retain(|pattern| !page.iter().any(|case| pattern::matches(pattern, &case.suite)));
        }
    }
    open
}
