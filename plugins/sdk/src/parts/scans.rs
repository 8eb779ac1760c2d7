//! Issues of scans against limits per severity: counted by the host, fetched only where there are too many.

use super::{Listing, Part, Verdict};
use crate::{
    evidence::{
        Source,
        scan::{Issue, IssueFields, IssueFilter, ScanReport, SuppressionCounts},
    },
    finding::{Finding, Remediation, Severity},
    limits::{Limited, SeverityLimits, Tally},
    report::Ratio,
    text::counted,
};

/// Scans, each with the document it is in.
pub type Scans<'a> = [(&'a Source, &'a ScanReport)];

/// Rows asked for at once.
const PAGE_ROWS: u32 = 512;
/// Rows of one scan that are looked at to list some of them, at most: the counts are exact all the same.
const LOOKED_AT_MAX: u32 = 8 * PAGE_ROWS;
/// What a finding shows of an issue.
const FIELDS: IssueFields = IssueFields { message: true, location: true, fingerprint: true, tags: false };

/// A rule that limits issues.
#[derive(Debug)]
pub struct IssueRule<'a> {
    /// Its id.
    pub rule: &'a str,
    /// One of what it counts: `issue`.
    pub noun: &'a str,
    /// So many of each severity, at most.
    pub max: SeverityLimits,
    /// Which issues are meant; `at_least` is not looked at.
    pub filter: IssueFilter,
    /// What helps.
    pub remediation: fn() -> Remediation,
}

impl IssueRule<'_> {
    /// The conclusion; its share is the limits that are kept of all that there are.
    #[must_use]
    pub fn judge(&self, scans: &Scans<'_>, listing: &mut Listing) -> Part {
        let at_least = self.max.least().unwrap_or(Severity::Critical);
        let limited: Vec<Limited> =
            self.max.against(tally(scans, &IssueFilter { at_least, ..self.filter.clone() })).collect();
        let kept = limited.iter().filter(|one| !one.is_exceeded()).count() as u64;
        let mut part = Part::fulfilled(Some(Ratio { numerator: kept, denominator: limited.len() as u64 }));
        for one in limited.iter().filter(|one| one.is_exceeded()) {
            part.worsen(Verdict::Failed);
            part.stated.extend(self.exceeded(one, scans, listing));
        }
        let found: Vec<String> = limited.iter().map(|one| self.found(one)).collect();
        part.summary = found.join(", ");
        part
    }

    fn found(&self, one: &Limited) -> String {
        counted(one.count, &format!("{} {}", one.severity.word(), self.noun))
    }

    /// Lists the issues of that severity while there is room; says how many there are when some found none.
    fn exceeded(&self, one: &Limited, scans: &Scans<'_>, listing: &mut Listing) -> Option<Finding> {
        let filter = IssueFilter { at_least: one.severity, ..self.filter.clone() };
        let of_it = |issue: &Issue| issue.severity == one.severity;
        let listed = list(scans, &filter, FIELDS, of_it, |issue, source| self.finding(issue, source), listing);
        let unlisted = one.count.saturating_sub(listed);
        listing.omit(unlisted, true);
        (unlisted > 0).then(|| {
            let message = format!("{}, at most {} allowed, {unlisted} not listed", self.found(one), one.max);
            Finding::new(self.rule, Severity::Critical, message).decisive().remediation((self.remediation)())
        })
    }

    fn finding(&self, issue: Issue, source: &Source) -> Finding {
        let Issue { rule, severity, message, location, fingerprint, .. } = issue;
        Finding::new(self.rule, severity, format!("{rule}: {message}"))
            .subject(rule)
            .location(location)
            .fingerprint(fingerprint)
            .evidence(&source.digest)
            .remediation((self.remediation)())
            .decisive()
    }
}

/// How many issues of the filter there are in all scans.
#[must_use]
pub fn tally(scans: &Scans<'_>, filter: &IssueFilter) -> Tally {
    let mut tally = Tally::default();
    for (_, scan) in scans {
        tally.add(&scan.count(filter));
    }
    tally
}

/// How many issues of the filter are suppressed in all scans, by whose word: trusted ones and mere claims.
#[must_use]
pub fn suppressed(scans: &Scans<'_>, filter: &IssueFilter) -> (u64, u64) {
    let counts = scans.iter().map(|(_, scan)| scan.suppressions(filter));
    counts.fold((0, 0), |(trusted, claimed), SuppressionCounts { claimed: c, trusted: t }| {
        (trusted + u64::from(t), claimed + u64::from(c))
    })
}

/// Lists those issues of the filter that are wanted while there is room; says how many were listed.
pub fn list(
    scans: &Scans<'_>,
    filter: &IssueFilter,
    fields: IssueFields,
    wanted: impl Fn(&Issue) -> bool,
    finding: impl Fn(Issue, &Source) -> Finding,
    listing: &mut Listing,
) -> u64 {
    let mut listed = 0;
    for (source, scan) in scans {
        let mut offset = 0;
        while listing.room() > 0 && offset < LOOKED_AT_MAX {
            let page = scan.issues(filter, fields, offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(LOOKED_AT_MAX);
            for issue in page.into_iter().filter(&wanted) {
                if listing.room() > 0 {
                    listing.push(finding(issue, source));
                    listed += 1;
                }
            }
        }
    }
    listed
}
