//! Secrets that got into code, history or images.
//!
//! What the tool says of a secret is never fetched: its message may hold the secret itself, and findings are shown to many.

use crate::{
    remediations::rotate,
    rules::SECRETS,
    scans::{absent, expect_named, filter, of_kind, suppressed_in_words},
    settings::scans::SecretSettings,
};
use tidegate_sdk::{
    evidence::{
        Source,
        scan::{Issue, IssueFields, ScanKind},
    },
    finding::{Finding, Severity},
    parts::{
        Listing, Part, Seen, Verdict,
        scans::{list, tally},
    },
    text::counted,
};

const FIELDS: IssueFields = IssueFields { message: false, location: true, fingerprint: true, tags: false };

pub(crate) fn judge(settings: &SecretSettings, seen: &Seen, listing: &mut Listing) -> Part {
    const WHAT: &str = "search for secrets";
    let scans = of_kind(seen, ScanKind::Secrets, &settings.evidence);
    if scans.is_empty() {
        return absent(WHAT, settings.required, seen);
    }
    let filter = filter(&settings.except, &settings.except_under, settings.include_suppressed);
    let count = tally(&scans, &filter).total();
    let mut part = Part::fulfilled(None);
    part.summary = counted(count, "secret") + &suppressed_in_words(&scans, &filter);
    part.clause(count <= settings.max);
    if count > settings.max {
        part.worsen(Verdict::Failed);
        let listed = list(&scans, &filter, FIELDS, |_| true, finding, listing);
        let unlisted = count.saturating_sub(listed);
        listing.omit(unlisted, true);
        if unlisted > 0 {
            let found = counted(count, "secret");
            let message = format!("{found}, at most {} allowed, {unlisted} not listed", settings.max);
            part.stated.push(Finding::new(SECRETS, Severity::Critical, message).decisive().remediation(rotate()));
        }
    }
    if settings.required {
        expect_named(&settings.evidence, &scans, WHAT, &mut part);
    }
    part
}

/// However the tool rates it: whoever reads the repository has it.
fn finding(issue: Issue, source: &Source) -> Finding {
    let Issue { rule, location, fingerprint, .. } = issue;
    let at = location.as_ref().map(|at| format!(" in {}", at.uri)).unwrap_or_default();
    Finding::new(SECRETS, Severity::Critical, format!("a secret{at}, by rule `{rule}`"))
        .subject(rule)
        .location(location)
        .fingerprint(fingerprint)
        .evidence(&source.digest)
        .remediation(rotate())
        .decisive()
}
