//! What can be asked of a scan.

use super::{
    filter::IssueFilter,
    page::{Clock, Page, each, page},
    rows::{CountsRow, FieldsRow, IssueRow},
};
use crate::stop::Stop;
use std::collections::HashSet;
use tidegate_core::{evidence::ScanReport, finding::Severity};

/// How many there are of each severity.
pub(super) fn count(scan: &ScanReport, filter: &IssueFilter, clock: Clock) -> Result<CountsRow, Stop> {
    let mut counts = CountsRow::default();
    each(&scan.issues, clock, |issue| filter.wants(issue), |issue| counts.add(issue.severity))?;
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

/// Issues of `here` that `other` has not.
pub(super) fn not_in(
    here: &ScanReport,
    other: &ScanReport,
    filter: &IssueFilter,
    fields: FieldsRow,
    want: Page,
    clock: Clock,
) -> Result<Vec<IssueRow>, Stop> {
    let mut known = HashSet::new();
    each(
        &other.issues,
        clock,
        |_| true,
        |issue| {
            known.insert(&*issue.fingerprint);
        },
    )?;
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
    use super::{Clock, CountsRow, FieldsRow, IssueFilter, Page, count, issues, not_in};
    use crate::evidence::filter::{Except, ExceptUnder, Suppressed};
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };
    use tidegate_core::{
        evidence::{Issue, IssueLocation, ScanReport},
        finding::Severity,
    };

    fn scan(severities: &[(Severity, &str)]) -> ScanReport {
        let issue = |&(severity, fingerprint): &(Severity, &str)| Issue {
            rule: "r".into(),
            severity,
            message: "m".into(),
            location: Some(IssueLocation { uri: "u".into(), line: None }),
            fingerprint: fingerprint.into(),
            suppressed: false,
            tags: Arc::new(["t".into()]),
        };
        ScanReport { issues: severities.iter().map(issue).collect() }
    }

    fn at_least(at_least: Severity) -> IssueFilter {
        let (except, except_under) = (Except::default(), ExceptUnder::default());
        IssueFilter { at_least, suppressed: Suppressed::LeftOut, except, except_under }
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
        let before = scan(&[(Severity::Low, "old"), (Severity::Low, "gone")]);
        let fields = FieldsRow::FINGERPRINT;
        let found = not_in(&here, &before, &at_least(Severity::Low), fields, Page::ALL, clock()).unwrap();
        assert_eq!(found.iter().map(|row| &*row.fingerprint).collect::<Vec<_>>(), ["new"]);
    }
}
