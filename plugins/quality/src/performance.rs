//! A load test's own thresholds, and Lighthouse's scores, against what is asked.

use crate::{
    issues::{filter, is_load_test, scans},
    rules::{BREACHED, SCORE, profile},
    scores,
    settings::PerformanceSettings,
};
use tidegate_sdk::{
    evidence::scan::IssueFields,
    finding::{Finding, Severity},
    parts::{
        Listing, Part, Seen, Verdict, missing,
        scans::{list, tally},
    },
    text::counted,
};

const FIELDS: IssueFields = IssueFields { message: true, location: false, fingerprint: false, tags: false };

pub(crate) fn judge(settings: &PerformanceSettings, seen: &Seen, listing: &mut Listing) -> Vec<Part> {
    let breached = settings.max_breached.map(|max| breached(max, seen, listing));
    let mut parts = Vec::from_iter(breached);
    for (category, min) in &settings.min_scores {
        parts.push(scores::judge(SCORE, category, *min, settings.min_pages, seen, listing));
    }
    parts
}

/// A load test without thresholds of its own says nothing here: its numbers are judged as measurements.
fn breached(max: u64, seen: &Seen, listing: &mut Listing) -> Part {
    let mut scans = scans(seen);
    scans.retain(|(source, _)| is_load_test(source));
    if scans.is_empty() {
        return missing("thresholds of a load test");
    }
    let all = filter(&[], &[], true);
    let count = tally(&scans, &all).total();
    let mut part = Part::fulfilled(None);
    part.summary = format!("{} breached", counted(count, "threshold"));
    if count > max {
        part.worsen(Verdict::Failed);
        let listed = list(
            &scans,
            &all,
            FIELDS,
            |_| true,
            |issue, source| {
                let message = format!("`{}` breached its threshold {}", issue.rule, issue.message);
                Finding::new(BREACHED, Severity::High, message)
                    .subject(issue.rule)
                    .evidence(&source.digest)
                    .remediation(profile())
                    .decisive()
            },
            listing,
        );
        let unlisted = count.saturating_sub(listed);
        listing.omit(unlisted, true);
        if unlisted > 0 {
            let message = format!("{}, at most {max} allowed, {unlisted} not listed", part.summary);
            part.stated.push(Finding::new(BREACHED, Severity::Critical, message).decisive());
        }
    }
    part
}
