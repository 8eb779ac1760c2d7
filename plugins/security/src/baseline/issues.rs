//! Issues that the last deployment did not have, by fingerprint.

use super::{PAGE_ROWS, against, cut, pages};
use crate::{
    remediations::{mend, rotate},
    rules::NEW_ISSUES,
    scans::{absent, all, filter},
    settings::NewIssues,
};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_sdk::{
    evidence::{
        Source,
        scan::{Issue, IssueFields, IssueFilter, ScanKind, ScanReport},
    },
    finding::{Finding, Severity},
    parts::{Listing, Part, Seen},
};

/// Messages stay in the host: what they say is beside the rule in the tool's own report, and a secret may be in one.
const FIELDS: IssueFields = IssueFields { message: false, location: true, fingerprint: true, tags: false };

pub(super) fn judge(settings: &NewIssues, seen: &Seen, before: &Seen, listing: &mut Listing) -> Part {
    let now = all(seen);
    if now.is_empty() {
        return absent("scan", true, seen);
    }
    let before = all(before);
    let filter = IssueFilter {
        at_least: settings.max.least().unwrap_or(Severity::Critical),
        ..filter(&settings.except, &settings.except_under, false)
    };
    let mut part = Part::fulfilled(None);
    let mut new: BTreeMap<(String, String), (&Source, ScanKind, Issue)> = BTreeMap::new();
    let mut names_cut = BTreeSet::new();
    for (source, scan) in &now {
        let is_alike =
            |earlier: &Source, other: &ScanReport| earlier.name == source.name && other.kind() == scan.kind();
        let known: Vec<&ScanReport> =
            before.iter().filter(|(earlier, other)| is_alike(earlier, other)).map(|(_, other)| *other).collect();
        let (rows, is_cut) = new_in(scan, &known, &filter);
        if is_cut && names_cut.insert(&source.name) && names_cut.len() == 1 {
            cut(NEW_ISSUES, &source.name, &mut part);
        }
        for row in rows {
            new.entry((source.name.clone(), row.fingerprint.clone())).or_insert((source, scan.kind(), row));
        }
    }
    let rows: Vec<(Severity, (&Source, ScanKind, Issue))> =
        new.into_values().map(|(source, kind, row)| (row.severity, (source, kind, row))).collect();
    against(settings.max, ("issue", "issues"), &rows, finding, listing, &mut part);
    part
}

/// Rows that none of the earlier scans has, and whether there are more than are looked at. Without an earlier scan all are new.
fn new_in(scan: &ScanReport, known: &[&ScanReport], filter: &IssueFilter) -> (Vec<Issue>, bool) {
    pages(|offset| scan.not_in(known, filter, FIELDS, offset, PAGE_ROWS))
}

fn finding((source, kind, issue): &(&Source, ScanKind, Issue)) -> Finding {
    let at = issue.location.as_ref().map(|at| format!(" in {}", at.uri)).unwrap_or_default();
    let message = format!("`{}`{at} is new since the earlier deployment", issue.rule);
    let remediation = if *kind == ScanKind::Secrets { rotate() } else { mend() };
    Finding::new(NEW_ISSUES, issue.severity, message)
        .subject(issue.rule.clone())
        .location(issue.location.clone())
        .fingerprint(issue.fingerprint.clone())
        .evidence(&source.digest)
        .remediation(remediation)
}
