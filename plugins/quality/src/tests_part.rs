//! Test reports against what they have to show.

mod suites;
mod vanished;

pub(crate) use self::vanished::compare;
use crate::{
    rules::{FLAKY, INTEGRITY, MIN_CASES, PASS_RATE, SKIPPED, reproduce},
    settings::{Contradictions, TestSettings},
};
use std::collections::BTreeMap;
use tidegate_sdk::{
    evidence::{
        Content, Source,
        tests::{TestCase, TestReport, TestStatus},
    },
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing},
    report::Ratio,
    text::counted,
};

/// A document's cases and where they come from.
type Run<'a> = (&'a Source, &'a TestReport);

/// Rows asked for at once.
const PAGE_ROWS: u32 = 512;

/// Cases of all documents together.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    passed: u64,
    failed: u64,
    flaky: u64,
    skipped: u64,
}

impl Totals {
    fn of(report: &TestReport) -> Self {
        let totals = report.totals();
        Self {
            passed: u64::from(totals.passed) + u64::from(totals.flaky),
            failed: u64::from(totals.failed) + u64::from(totals.errored),
            flaky: u64::from(totals.flaky),
            skipped: u64::from(totals.skipped),
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
        self.skipped += other.skipped;
    }

    fn ran(self) -> u64 {
        self.passed + self.failed
    }

    /// Passed cases of those that ran; of nothing there is no share.
    fn rate(self) -> Option<Ratio> {
        (self.ran() > 0).then(|| Ratio { numerator: self.passed, denominator: self.ran() })
    }
}

fn runs(seen: &Seen) -> Vec<Run<'_>> {
    seen.all(|content| if let Content::Tests(report) = content { Some(report) } else { None }).collect()
}

pub(crate) fn judge(settings: &TestSettings, seen: &Seen, listing: &mut Listing) -> Part {
    let runs = runs(seen);
    if runs.is_empty() {
        return missing("test cases");
    }
    let mut totals = Totals::default();
    let mut by_name: BTreeMap<&str, Totals> = BTreeMap::new();
    for (source, report) in &runs {
        let of_document = Totals::of(report);
        totals.add(of_document);
        by_name.entry(&source.name).or_default().add(of_document);
    }
    let summary = summary(totals);
    let mut part = Part { verdict: Verdict::Fulfilled, share: totals.rate(), stated: vec![], summary };
    idle(&by_name, listing, &mut part);
    suites::expected(&settings.expected_suites, &runs, &mut part);
    // The decisive ones come first, so that they find room first.
    pass_rate(settings, &runs, totals, listing, &mut part);
    counts(settings, totals, &mut part);
    contradictions(settings.contradictions, &runs, listing, &mut part);
    let listed = list(&runs, &[TestStatus::Flaky], listing, flaky);
    listing.omit(totals.flaky.saturating_sub(listed), false);
    part
}

fn summary(totals: Totals) -> String {
    let mut summary = format!("{} of {} passed", totals.passed, counted(totals.ran(), "test"));
    for (count, word) in [(totals.flaky, "flaky"), (totals.skipped, "skipped")] {
        if count > 0 {
            summary.push_str(&format!(", {count} {word}"));
        }
    }
    summary
}

/// Names under which no case ran: nobody looked at anything there.
fn idle(by_name: &BTreeMap<&str, Totals>, listing: &mut Listing, part: &mut Part) {
    for (name, totals) in by_name.iter().filter(|(_, totals)| totals.ran() == 0) {
        let message = match totals.skipped {
            0 => format!("`{name}` holds no test case"),
            skipped => format!("`{name}` holds no test case that ran: {skipped} skipped"),
        };
        listing.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(*name));
        part.verdict = Verdict::Inconclusive;
    }
}

fn pass_rate(settings: &TestSettings, runs: &[Run<'_>], totals: Totals, listing: &mut Listing, part: &mut Part) {
    let min = settings.min_pass_rate;
    let Some(rate) = totals.rate() else { return };
    let met = min.is_met_by(rate);
    let failures = [TestStatus::Failed, TestStatus::Errored];
    let listed = list(runs, &failures, listing, |case, source| {
        let finding = failed(case, source);
        if met { finding } else { finding.decisive() }
    });
    let unlisted = totals.failed.saturating_sub(listed);
    listing.omit(unlisted, !met);
    if !met {
        part.verdict = part.verdict.max(Verdict::Failed);
    }
    if unlisted > 0 {
        let message = format!(
            "{} of {} passed, {min} required; {} failed, {unlisted} not listed",
            rate.percent(),
            counted(totals.ran(), "test"),
            totals.failed
        );
        let severity = if met { Severity::High } else { Severity::Critical };
        let finding = Finding::new(PASS_RATE, severity, message).remediation(reproduce());
        part.stated.insert(0, if met { finding } else { finding.decisive() });
    }
}

fn counts(settings: &TestSettings, totals: Totals, part: &mut Part) {
    let too_few = settings.min_cases.filter(|min| totals.ran() < *min && totals.ran() > 0);
    let too_many = |count: u64, max: Option<u64>| max.filter(|max| count > *max);
    let missed = [
        too_few.map(|min| {
            (MIN_CASES, Severity::High, format!("{} ran, at least {min} required", counted(totals.ran(), "test")))
        }),
        too_many(totals.flaky, settings.max_flaky).map(|max| {
            (FLAKY, Severity::Medium, format!("{} flaky, at most {max} allowed", counted(totals.flaky, "test")))
        }),
        too_many(totals.skipped, settings.max_skipped).map(|max| {
            (SKIPPED, Severity::Medium, format!("{} skipped, at most {max} allowed", counted(totals.skipped, "test")))
        }),
    ];
    for (rule, severity, message) in missed.into_iter().flatten() {
        part.stated.push(Finding::new(rule, severity, message).decisive());
        part.verdict = part.verdict.max(Verdict::Failed);
    }
}

fn contradictions(mode: Contradictions, runs: &[Run<'_>], listing: &mut Listing, part: &mut Part) {
    for (source, report) in runs {
        for contradiction in report.contradictions() {
            let message = format!("document `{}` contradicts itself: {contradiction}", source.name);
            let finding = Finding::new(INTEGRITY, Severity::Medium, message).evidence(&source.digest);
            let finding = finding.subject(source.name.clone());
            match mode {
                Contradictions::Warn => listing.push(finding),
                Contradictions::Fail => {
                    listing.push(finding.decisive());
                    part.verdict = part.verdict.max(Verdict::Failed);
                }
            }
        }
    }
}

/// Lists cases while there is room; says how many were.
fn list(
    runs: &[Run<'_>],
    statuses: &[TestStatus],
    listing: &mut Listing,
    finding: impl Fn(TestCase, &Source) -> Finding,
) -> u64 {
    let mut listed = 0;
    for (source, report) in runs {
        let mut offset = 0;
        while listing.room() > 0 {
            let page = report.cases(statuses, offset, listing.room().min(PAGE_ROWS));
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
            for case in page {
                listing.push(finding(case, source));
                listed += 1;
            }
        }
    }
    listed
}

fn failed(case: TestCase, source: &Source) -> Finding {
    let id = case.id();
    let ended = if case.status == TestStatus::Errored { "could not run to its end" } else { "failed" };
    let message =
        if case.message.is_empty() { format!("{id} {ended}") } else { format!("{id} {ended}: {}", case.message) };
    Finding::new(PASS_RATE, Severity::High, message)
        .subject(id.clone())
        .fingerprint(id)
        .evidence(&source.digest)
        .remediation(reproduce())
}

fn flaky(case: TestCase, source: &Source) -> Finding {
    let id = case.id();
    Finding::new(FLAKY, Severity::Low, format!("{id} failed first and passed in the end"))
        .subject(id.clone())
        .fingerprint(id)
        .evidence(&source.digest)
}
