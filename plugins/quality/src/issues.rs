//! Issues of scans against their limits.

use crate::{
    evidence::{Seen, missing},
    listing::Listing,
    part::{Part, Verdict},
    rules::{ISSUES, lint_fix},
    settings::IssueSettings,
};
use tidegate_sdk::{
    evidence::{
        Content, Source,
        scan::{Issue, IssueFields, IssueFilter, ScanReport},
    },
    finding::{Finding, Severity},
    text::counted,
};

/// Rows asked for at once.
const PAGE_ROWS: u32 = 512;
/// What a finding shows of an issue.
const FIELDS: IssueFields = IssueFields { message: true, location: true, fingerprint: true, tags: false };

pub(crate) fn judge(settings: &IssueSettings, seen: &Seen, listing: &mut Listing) -> Part {
    let scans: Vec<(&Source, &ScanReport)> =
        seen.all(|content| if let Content::Scan(scan) = content { Some(scan) } else { None }).collect();
    let Some(at_least) = settings.max.least().filter(|_| !scans.is_empty()) else { return missing("scan") };
    let filter = filter(settings, at_least);
    let mut counts = [0_u64; 5];
    for (_, scan) in &scans {
        let found = scan.count(&filter);
        for (count, severity) in counts.iter_mut().zip(Severity::ALL) {
            *count += u64::from(found[severity]);
        }
    }
    let exceeded: Vec<(Severity, u64, u64)> = Severity::ALL
        .into_iter()
        .rev()
        .zip(counts.into_iter().rev())
        .filter_map(|(severity, count)| Some((severity, count, settings.max.of(severity)?)))
        .filter(|(_, count, max)| count > max)
        .collect();
    let mut stated = Vec::new();
    for (severity, count, max) in &exceeded {
        let unlisted = list(&scans, &IssueFilter { at_least: *severity, ..filter.clone() }, *count, listing);
        if unlisted > 0 {
            let message = format!("{}, at most {max} allowed, {unlisted} not listed", found(*count, *severity));
            stated.push(Finding::new(ISSUES, Severity::Critical, message).decisive().remediation(lint_fix()));
        }
    }
    let limited = |(severity, count): (Severity, u64)| settings.max.of(severity).map(|_| found(count, severity));
    let summary: Vec<String> = Severity::ALL.into_iter().zip(counts).rev().filter_map(limited).collect();
    let verdict = if exceeded.is_empty() { Verdict::Fulfilled } else { Verdict::Failed };
    Part { verdict, share: None, stated, summary: summary.join(", ") }
}

fn found(count: u64, severity: Severity) -> String {
    counted(count, &format!("{} issue", severity.word()))
}

fn filter(settings: &IssueSettings, at_least: Severity) -> IssueFilter {
    IssueFilter {
        at_least,
        include_suppressed: settings.include_suppressed,
        score_at_least: None,
        only: Vec::new(),
        except: settings.except.clone(),
        except_under: settings.except_under.clone(),
    }
}

/// Lists the issues of exactly that severity while there is room; says how many found none.
fn list(scans: &[(&Source, &ScanReport)], filter: &IssueFilter, count: u64, listing: &mut Listing) -> u64 {
    let mut listed = 0;
    for (source, scan) in scans {
        let mut offset = 0;
        while listing.room() > 0 {
            let page = scan.issues(filter, FIELDS, offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
            for issue in page.into_iter().filter(|issue| issue.severity == filter.at_least) {
                if listing.room() > 0 {
                    listing.push(finding(issue, source));
                    listed += 1;
                }
            }
        }
    }
    let unlisted = count.saturating_sub(listed);
    listing.omit(unlisted, true);
    unlisted
}

fn finding(issue: Issue, source: &Source) -> Finding {
    let Issue { rule, severity, message, location, fingerprint, .. } = issue;
    Finding::new(ISSUES, severity, format!("{rule}: {message}"))
        .subject(rule)
        .location(location)
        .fingerprint(fingerprint)
        .evidence(&source.digest)
        .remediation(lint_fix())
        .decisive()
}
