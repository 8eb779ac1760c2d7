//! Parts that are counted in the host: no row crosses.

use super::Found;
use crate::values::{Owned, count, list, moment::moment, number, record::Record, text};
use cel_rust::Env;
use tidegate_sdk::{
    evidence::{
        Content,
        scan::{IssueFilter, ScanKind, SeverityCounts},
        tests::TestTotals,
        vulnerabilities::VulnerabilityFilter,
    },
    finding::Severity,
    limits::Tally,
    report::Ratio,
};

pub(super) fn tests(contents: &[Content]) -> Option<Owned> {
    let reports: Vec<_> = contents
        .iter()
        .filter_map(|content| if let Content::Tests(tests) = content { Some(tests) } else { None })
        .collect();
    if reports.is_empty() {
        return None;
    }
    let totals: Vec<TestTotals> = reports.iter().map(|report| report.totals()).collect();
    let sum = |of: fn(&TestTotals) -> u64| totals.iter().map(of).fold(0, u64::saturating_add);
    let [passed, failed, errored, skipped, flaky] = [
        sum(|totals| totals.passed.into()),
        sum(|totals| totals.failed.into()),
        sum(|totals| totals.errored.into()),
        sum(|totals| totals.skipped.into()),
        sum(|totals| totals.flaky.into()),
    ];
    let suites = reports.iter().flat_map(|report| report.suites()).map(|suite| text(&suite)).collect();
    let fields = Record::of([
        ("passed", Some(count(passed))),
        ("failed", Some(count(failed))),
        ("errored", Some(count(errored))),
        ("skipped", Some(count(skipped))),
        ("flaky", Some(count(flaky))),
        ("ran", Some(count(passed + failed + errored + flaky))),
        ("duration_ms", Some(count(sum(|totals| totals.duration_ms)))),
        ("suites", Some(list(suites))),
    ]);
    Some(fields.boxed())
}

pub(super) fn issues(contents: &[Content]) -> Option<Owned> {
    let filter = IssueFilter {
        at_least: Severity::Info,
        include_suppressed: false,
        score_at_least: None,
        only: Vec::new(),
        except: Vec::new(),
        except_under: Vec::new(),
    };
    let scans = contents.iter().filter_map(|content| if let Content::Scan(scan) = content { Some(scan) } else { None });
    let (mut kinds, mut counts) = (Vec::new(), Vec::new());
    for scan in scans {
        kinds.push(text(word(scan.kind())));
        counts.push(scan.count(&filter));
    }
    (!counts.is_empty()).then(|| severities(&counts, [("kinds", Some(list(kinds))), ("", None), ("", None)]).boxed())
}

fn word(kind: ScanKind) -> &'static str {
    match kind {
        ScanKind::Analysis => "analysis",
        ScanKind::Secrets => "secrets",
        ScanKind::Misconfigurations => "misconfigurations",
        ScanKind::Accessibility => "accessibility",
        ScanKind::Licenses => "licenses",
    }
}

pub(super) fn vulnerabilities(contents: &[Content], env: &Env) -> Found {
    let all = VulnerabilityFilter {
        at_least: Severity::Info,
        only_fixable: false,
        include_not_affected: false,
        only_known_exploited: false,
        epss_at_least: None,
        published_before: None,
        except: Vec::new(),
    };
    let only_fixable = VulnerabilityFilter { only_fixable: true, ..all.clone() };
    let (mut counts, mut exploited, mut fixable, mut ages) = (Vec::new(), 0_u64, Tally::default(), Vec::new());
    for content in contents {
        let Content::Vulnerabilities(report) = content else { continue };
        counts.push(report.count(&all));
        fixable.add(&report.count(&only_fixable));
        exploited += u64::from(report.known_exploited());
        ages.push(report.database_at());
    }
    if counts.is_empty() {
        return Ok(None);
    }
    // The oldest database; where one of them does not say, nothing is known.
    let oldest = ages.into_iter().min().flatten();
    let more = [
        ("known_exploited", Some(count(exploited))),
        ("fixable", Some(count(fixable.total()))),
        ("database_at", oldest.map(|at| moment(env, at)).transpose()?),
    ];
    Ok(Some(severities(&counts, more).boxed()))
}

/// Numbers by severity, and all together.
fn severities(counts: &[SeverityCounts], more: [crate::values::record::Field; 3]) -> Record {
    let mut tally = Tally::default();
    counts.iter().for_each(|counts| tally.add(counts));
    let by_severity = Severity::ALL.map(|severity| (severity.word(), Some(count(tally.of(severity)))));
    let [info, low, medium, high, critical] = by_severity;
    let [one, two, three] = more;
    Record::of([info, low, medium, high, critical, ("total", Some(count(tally.total()))), one, two, three])
}

pub(super) fn components(contents: &[Content]) -> Option<Owned> {
    let counts = contents
        .iter()
        .filter_map(|content| if let Content::Components(bill) = content { Some(bill.count()) } else { None });
    let total = counts.map(u64::from).reduce(u64::saturating_add)?;
    Some(Record::of([("total", Some(count(total)))]).boxed())
}

/// The least covered of several. Percentages are for people's thresholds; whoever needs them exact compares the counts.
pub(super) fn coverage(contents: &[Content]) -> Option<Owned> {
    let reports = contents
        .iter()
        .filter_map(|content| if let Content::Coverage(coverage) = content { Some(coverage) } else { None });
    let (mut lines, mut branches) = (None::<Ratio>, None::<Ratio>);
    for report in reports {
        lines = Some(lines.map_or(report.lines, |least| least.min(report.lines)));
        branches = report.branches.map(|given| branches.map_or(given, |least| least.min(given))).or(branches);
    }
    let share = |of: Ratio| {
        let percent = if of.denominator == 0 { 0.0 } else { of.numerator as f64 * 100.0 / of.denominator as f64 };
        let fields = Record::of([
            ("covered", Some(count(of.numerator))),
            ("total", Some(count(of.denominator))),
            ("percent", Some(number(percent))),
        ]);
        fields.boxed()
    };
    Some(Record::of([("lines", Some(share(lines?))), ("branches", branches.map(share))]).boxed())
}
