//! What can be asked of a scan.

use super::{
    filter::{IssueFilter, Suppressed},
    page::{Clock, Page, each, page},
    rows::{CountsRow, FieldsRow, IssueRow, SuppressionCountsRow},
};
use crate::stop::Stop;
use std::collections::HashSet;
use tidegate_core::{
    evidence::{ScanReport, Suppression},
    finding::Severity,
};

/// How many there are of each severity.
pub(super) fn count(scan: &ScanReport, filter: &IssueFilter, clock: Clock) -> Result<CountsRow, Stop> {
    let mut counts = CountsRow::default();
    each(&scan.issues, clock, |issue| filter.wants(issue), |issue| counts.add(issue.severity))?;
    Ok(counts)
}

/// How many are suppressed, by whose word.
pub(super) fn suppressions(scan: &ScanReport, filter: IssueFilter, clock: Clock) -> Result<SuppressionCountsRow, Stop> {
    let filter = IssueFilter { suppressed: Suppressed::Counted, ..filter };
    let mut counts = SuppressionCountsRow::default();
    each(
        &scan.issues,
        clock,
        |issue| filter.wants(issue),
        |issue| match issue.suppression {
            Suppression::None => {}
            Suppression::Claimed => counts.claimed = counts.claimed.saturating_add(1),
            Suppression::Trusted => counts.trusted = counts.trusted.saturating_add(1),
        },
    )?;
    Ok(counts)
}

/// The issues themselves.
pub(super) fn issues(
    scan: &ScanReport,
    filter: &IssueFilter,
    fields: FieldsRow,
    want: Page,
    clock: Clock,
) -> Result<Vec<IssueRow>, Stop> {
    page(&scan.issues, want, clock, |issue| filter.wants(issue), |issue| IssueRow::new(issue, fields))
}

/// Issues of `here` that none of the others has.
pub(super) fn not_in(
    here: &ScanReport,
    others: &[&ScanReport],
    filter: &IssueFilter,
    fields: FieldsRow,
    want: Page,
    clock: Clock,
) -> Result<Vec<IssueRow>, Stop> {
    let mut known = HashSet::new();
    for other in others {
        each(
            &other.issues,
            clock,
            |_| true,
            |issue| {
                known.insert(&*issue.fingerprint);
            },
        )?;
    }
    let new = |issue: &_| filter.wants(issue) && !known.contains(&*issue.fingerprint);
    page(&here.issues, want, clock, new, |issue| IssueRow::new(issue, fields))
}

impl CountsRow {
    /// One more of that severity.
    pub(super) fn add(&mut self, severity: Severity) {
        let count = match severity {
            Severity::Info => &mut self.info,
            Severity::Low => &mut self.low,
            Severity::Medium => &mut self.medium,
            Severity::High => &mut self.high,
            Severity::Critical => &mut self.critical,
        };
        *count = count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Clock, CountsRow, FieldsRow, IssueFilter, Page, SuppressionCountsRow, count, issues, not_in, suppressions,
    };
    use crate::evidence::filter::{ExceptUnder, Names, Suppressed};
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };
    use tidegate_core::{
        evidence::{Issue, IssueLocation, ScanKind, ScanReport, Suppression},
        finding::Severity,
    };

    fn scan(severities: &[(Severity, &str)]) -> ScanReport {
        let issue = |&(severity, fingerprint): &(Severity, &str)| Issue {
            rule: "r".into(),
            severity,
            message: "m".into(),
            location: Some(IssueLocation { uri: "u".into(), line: None }),
            fingerprint: fingerprint.into(),
            score: None,
            suppression: Suppression::None,
            tags: Arc::new(["t".into()]),
        };
        ScanReport { kind: ScanKind::Analysis, issues: severities.iter().map(issue).collect() }
    }

    fn at_least(at_least: Severity) -> IssueFilter {
        IssueFilter {
            at_least,
            suppressed: Suppressed::LeftOut,
            score_at_least: None,
            only: Names::default(),
            except: Names::default(),
            except_under: ExceptUnder::default(),
        }
    }

    fn clock() -> Clock {
        Clock::new(Instant::now() + Duration::from_secs(3600))
    }

    #[test]
    fn issues_are_counted_by_severity() {
        let scan = scan(&[(Severity::Info, ""), (Severity::High, ""), (Severity::High, ""), (Severity::Critical, "")]);
        let counts = count(&scan, &at_least(Severity::Low), clock()).unwrap();
        assert_eq!(counts, CountsRow { high: 2, critical: 1, ..CountsRow::default() });
    }

    #[test]
    fn suppressions_are_counted_by_whose_word_they_are_and_only_trusted_ones_are_left_out() {
        let mut scan = scan(&[(Severity::High, ""), (Severity::High, ""), (Severity::High, ""), (Severity::Info, "")]);
        for (issue, suppression) in scan.issues.iter_mut().zip([
            Suppression::Trusted,
            Suppression::Claimed,
            Suppression::None,
            Suppression::Trusted,
        ]) {
            issue.suppression = suppression;
        }
        let filter = || at_least(Severity::Low);
        assert_eq!(suppressions(&scan, filter(), clock()), Ok(SuppressionCountsRow { claimed: 1, trusted: 1 }));
        assert_eq!(count(&scan, &filter(), clock()).unwrap().high, 2);
    }

    #[test]
    fn only_the_parts_asked_for_are_handed_over() {
        let scan = scan(&[(Severity::Low, "f")]);
        let row = |fields| issues(&scan, &at_least(Severity::Info), fields, Page::ALL, clock()).unwrap().remove(0);
        let all = row(FieldsRow::MESSAGE | FieldsRow::LOCATION | FieldsRow::FINGERPRINT | FieldsRow::TAGS);
        assert_eq!((&*all.rule, &*all.message, &*all.fingerprint, all.tags.len()), ("r", "m", "f", 1));
        assert_eq!(all.location.map(|location| location.uri.to_string()), Some("u".to_owned()));
        let none = row(FieldsRow::default());
        assert_eq!((&*none.rule, &*none.message, &*none.fingerprint, none.tags.len()), ("r", "", "", 0));
        assert_eq!(none.location, None);
    }

    #[test]
    fn what_is_new_is_told_by_fingerprint() {
        let here = scan(&[(Severity::High, "old"), (Severity::High, "new"), (Severity::Info, "minor")]);
        let (before, other) =
            (scan(&[(Severity::Low, "old"), (Severity::Low, "gone")]), scan(&[(Severity::Low, "new")]));
        let new = |others: &[&ScanReport], want| -> Vec<String> {
            let fields = FieldsRow::FINGERPRINT;
            let rows = not_in(&here, others, &at_least(Severity::Low), fields, want, clock()).unwrap();
            rows.iter().map(|row| row.fingerprint.to_string()).collect()
        };
        assert_eq!(new(&[], Page::ALL), ["old", "new"]);
        assert_eq!(new(&[&before], Page::ALL), ["new"]);
        assert_eq!(new(&[&before, &other], Page::ALL), [""; 0]);
        assert_eq!(new(&[], Page::new(1, 8, 8)), ["new"]);
    }
}
