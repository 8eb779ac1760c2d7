//! Issues of a static analysis against their limits: by severity, and by how grave they are for security.

use crate::{
    remediations::mend,
    rules::{ISSUES, SCORE},
    scans::{absent, filter, of_kind, suppressed_in_words},
    settings::{Settings, scans::IssueSettings},
};
use tidegate_sdk::{
    evidence::{
        Source,
        scan::{Issue, IssueFields, IssueFilter, ScanKind},
    },
    finding::{Finding, Severity},
    parts::{
        Listing, Part, Seen, Verdict,
        scans::{IssueRule, Scans, list, tally},
    },
    text::counted,
};

const FIELDS: IssueFields = IssueFields { message: true, location: true, fingerprint: true, tags: false };

/// Scans that no other group of the settings judges by their name.
pub(crate) fn judge(all: &Settings, seen: &Seen, listing: &mut Listing) -> Vec<Part> {
    let Some(settings) = &all.issues else { return Vec::new() };
    let mut scans = of_kind(seen, ScanKind::Analysis, &[]);
    let elsewhere = [
        all.secrets.as_ref().map(|secrets| &secrets.evidence),
        all.misconfigurations.as_ref().map(|misconfigurations| &misconfigurations.evidence),
    ];
    scans.retain(|(source, _)| !elsewhere.iter().flatten().any(|names| names.contains(&source.name)));
    if scans.is_empty() {
        return vec![absent("static analysis", settings.required, seen)];
    }
    let filter = IssueFilter {
        only: settings.only.clone(),
        ..filter(&settings.except, &settings.except_under, settings.include_suppressed)
    };
    let mut parts = Vec::new();
    if let Some(below) = settings.score_below {
        parts.push(scored(below, &filter, &scans, listing));
    }
    parts.extend(limited(settings, &filter, &scans, listing));
    if let Some(last) = parts.last_mut() {
        last.summary.push_str(&suppressed_in_words(&scans, &filter));
    }
    parts
}

fn limited(settings: &IssueSettings, filter: &IssueFilter, scans: &Scans<'_>, listing: &mut Listing) -> Option<Part> {
    let max = settings.max?;
    let rule = IssueRule { rule: ISSUES, noun: "issue", max, filter: filter.clone(), remediation: mend };
    Some(rule.judge(scans, listing))
}

/// What has no score is left to the limits per severity.
fn scored(below: f64, filter: &IssueFilter, scans: &Scans<'_>, listing: &mut Listing) -> Part {
    let filter = IssueFilter { score_at_least: Some(below), ..filter.clone() };
    let count = tally(scans, &filter).total();
    let mut part =
        Part { summary: format!("{} scored {below} or more", counted(count, "issue")), ..Part::fulfilled(None) };
    part.clause(count == 0);
    if count > 0 {
        part.worsen(Verdict::Failed);
        let listed = list(scans, &filter, FIELDS, |_| true, |issue, source| finding(issue, source, below), listing);
        let unlisted = count.saturating_sub(listed);
        listing.omit(unlisted, true);
        if unlisted > 0 {
            let message = format!("{}, none allowed, {unlisted} not listed", part.summary);
            part.stated.push(Finding::new(SCORE, Severity::Critical, message).decisive().remediation(mend()));
        }
    }
    part
}

fn finding(issue: Issue, source: &Source, below: f64) -> Finding {
    let Issue { rule, severity, message, location, fingerprint, score, .. } = issue;
    let score = score.unwrap_or_default();
    Finding::new(SCORE, severity, format!("{rule} ({score}, below {below} required): {message}"))
        .subject(rule)
        .location(location)
        .fingerprint(fingerprint)
        .evidence(&source.digest)
        .remediation(mend())
        .decisive()
}
