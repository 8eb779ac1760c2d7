//! Test cases that the baseline had and that are not there any more: a suite that shrinks passes ever more easily.

use super::{PAGE_ROWS, Run, runs};
use crate::rules::VANISHED;
use std::collections::HashSet;
use tidegate_sdk::{
    decimal::Percent,
    evidence::tests::{TestCase, TestReport, TestStatus},
    finding::{Finding, Remediation, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict},
    report::Ratio,
    text::counted,
};

/// Cases of one side under one name that are compared, at most: more would not fit beside the plugin's own work.
const CASES_MAX: u64 = 100_000;
/// Rows that the host gives at once, at most: as many may be cut.
const ROWS_MAX: u32 = 4096;
/// Cases that are named although so many may vanish, at most.
const NOTED_MAX: usize = 20;
const ALL: [TestStatus; 5] =
    [TestStatus::Passed, TestStatus::Failed, TestStatus::Errored, TestStatus::Skipped, TestStatus::Flaky];

/// Compares the cases under each name that the baseline has. A case that is there and does not run is not vanished: skipped ones
/// have a limit of their own.
pub(crate) fn compare(max: Percent, seen: &Seen, before: &Seen, listing: &mut Listing) -> Part {
    let (now, before) = (runs(seen), runs(before));
    let names: HashSet<&str> = before.iter().map(|(source, _)| source.name.as_str()).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let mut part = Part::fulfilled(None);
    let (mut vanished, mut had) = (Vec::new(), 0);
    for name in names {
        let (now, before) = (of_name(name, &now), of_name(name, &before));
        let count = |reports: &[&TestReport]| reports.iter().map(|report| total(report)).fold(0, u64::saturating_add);
        had += count(&before);
        let largest = count(&before).max(count(&now));
        if largest > CASES_MAX {
            let message = format!("test cases of `{name}` to compare: {largest} used, {CASES_MAX} allowed");
            part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(name));
            part.worsen(Verdict::Inconclusive);
        } else {
            vanished.extend(missing(&now, &before));
        }
    }
    if had == 0 {
        let message = "the earlier deployment has no test case to compare with";
        part.stated.push(Finding::new(VANISHED, Severity::Info, message).subject("tests"));
        return part;
    }
    state(max, vanished, had, listing, &mut part);
    part
}

fn state(max: Percent, vanished: Vec<TestCase>, had: u64, listing: &mut Listing, part: &mut Part) {
    let count = vanished.len() as u64;
    part.summary = format!("{count} of {} vanished", counted(had, "test"));
    let exceeded = max.is_exceeded_by(Ratio { numerator: count, denominator: had });
    let noted = if exceeded { vanished.len() } else { NOTED_MAX };
    let room = usize::try_from(listing.room()).unwrap_or(usize::MAX);
    for case in vanished.iter().take(noted.min(room)) {
        listing.push(finding(case, exceeded));
    }
    let unlisted = count.saturating_sub(noted.min(room) as u64);
    listing.omit(unlisted, exceeded);
    if exceeded {
        part.worsen(Verdict::Failed);
        if unlisted > 0 {
            let message = format!("{}, at most {max} allowed, {unlisted} not listed", part.summary);
            part.stated.push(Finding::new(VANISHED, Severity::High, message).decisive());
        }
    }
}

fn finding(case: &TestCase, exceeded: bool) -> Finding {
    let id = case.id();
    let severity = if exceeded { Severity::High } else { Severity::Low };
    let finding =
        Finding::new(VANISHED, severity, format!("{id} was there in the earlier deployment and is not any more"))
            .subject(id.clone())
            .fingerprint(id)
            .remediation(Remediation::new("bring the test back, or say in review why it is not needed any more"));
    if exceeded { finding.decisive() } else { finding }
}

fn of_name<'a>(name: &str, runs: &[Run<'a>]) -> Vec<&'a TestReport> {
    runs.iter().filter(|(source, _)| source.name == name).map(|(_, report)| *report).collect()
}

fn total(report: &TestReport) -> u64 {
    let totals = report.totals();
    let counts = [totals.passed, totals.failed, totals.errored, totals.skipped, totals.flaky];
    counts.into_iter().map(u64::from).sum()
}

/// The host compares two reports; where a name holds several (shards), a case may have moved from one to another, and all of them
/// have to be looked at here.
fn missing(now: &[&TestReport], before: &[&TestReport]) -> Vec<TestCase> {
    if let ([now], [before]) = (now, before) {
        let missing = now.missing_from(before, ROWS_MAX);
        if missing.len() < ROWS_MAX as usize {
            return missing;
        }
    }
    let mut here: HashSet<(String, String)> = HashSet::new();
    for report in now {
        each(report, |case| {
            here.insert((case.suite, case.name));
        });
    }
    let mut missing = Vec::new();
    for report in before {
        each(report, |case| {
            let key = (case.suite.clone(), case.name.clone());
            if !here.contains(&key) {
                missing.push(case);
            }
        });
    }
    missing
}

fn each(report: &TestReport, mut look: impl FnMut(TestCase)) {
    let mut offset = 0;
    loop {
        let page = report.cases(&ALL, offset, PAGE_ROWS);
        if page.is_empty() {
            return;
        }
        offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
        page.into_iter().for_each(&mut look);
    }
}
