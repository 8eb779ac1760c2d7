//! What is worth knowing and decides nothing: leeway that runs, trusted statements that were applied, claims that were not.

use super::{
    filter,
    found::{DAY_NANOS, LOOKED_AT_MAX, PAGE_ROWS, Reports, is_early, known_as, leeway_nanos, list, message},
    total,
};
use crate::{
    remediations::update,
    rules::{CLAIMS, LEEWAY},
    settings::packages::VulnerabilitySettings,
};
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::vulnerabilities::{VexClaim, VexStatus, Vulnerability, VulnerabilityFilter},
    finding::{Finding, Severity},
    limits::Tally,
    parts::Listing,
    text::counted,
};

/// Notes of one kind, at most: they must not take the room of what decides.
const NOTED_MAX: usize = 20;

/// How many a trusted statement takes out of the count.
pub(super) fn not_affected(settings: &VulnerabilitySettings, reports: &Reports<'_>) -> u64 {
    let counted = VulnerabilityFilter { only_fixable: false, ..filter(settings, Severity::Info) };
    let all = VulnerabilityFilter { include_not_affected: true, ..counted.clone() };
    total(reports, &all).saturating_sub(total(reports, &counted))
}

/// Vulnerabilities that will count once their leeway is over.
pub(super) fn leeway(
    settings: &VulnerabilitySettings,
    early: &Tally,
    reports: &Reports<'_>,
    now: Timestamp,
    listing: &mut Listing,
) {
    let Some(least) = Severity::ALL.into_iter().find(|severity| early.of(*severity) > 0) else { return };
    let mut notes = Listing::of(NOTED_MAX);
    let waits = |row: &Vulnerability| is_early(settings, row, now) && early.of(row.severity) > 0;
    list(
        reports,
        &filter(settings, least),
        waits,
        |row, source| {
            let end = row
                .published
                .unwrap_or_default()
                .saturating_add(leeway_nanos(settings, row.severity).unwrap_or_default());
            let days = counted(end.saturating_sub(now) / DAY_NANOS, "day");
            let words = format!("{} ({}): {days} of leeway left", message(row), row.severity.word());
            let finding = known_as(Finding::new(LEEWAY, Severity::Info, words), row);
            finding.evidence(&source.digest).remediation(update(row))
        },
        &mut notes,
    );
    pass_on(notes, early.total(), listing);
}

/// Statements that nobody vouches for whom the stage lists: shown, so that the reader knows why they did not count.
pub(super) fn claims(reports: &Reports<'_>, listing: &mut Listing) {
    let mut notes = Listing::of(NOTED_MAX);
    let mut ignored = 0_u64;
    for (source, report) in reports {
        let mut offset = 0;
        while offset < LOOKED_AT_MAX {
            let page = report.claims(offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(LOOKED_AT_MAX);
            for claim in page.iter().filter(|claim| !claim.counts) {
                ignored += 1;
                notes.push(ignored_claim(claim).evidence(&source.digest));
            }
        }
    }
    pass_on(notes, ignored, listing);
}

fn ignored_claim(claim: &VexClaim) -> Finding {
    let status = match claim.status {
        VexStatus::Fixed => "is fixed",
        VexStatus::NotAffected => "does not reach the product",
        VexStatus::UnderInvestigation => "is being looked at",
        VexStatus::Affected => "reaches the product",
    };
    let VexClaim { vulnerability, package, by, justification, .. } = claim;
    let why = if justification.is_empty() { String::new() } else { format!(" ({justification})") };
    let message = format!(
        "{by} says that {vulnerability} in {package} {status}{why}; the stage does not list them, so it does not count"
    );
    Finding::new(CLAIMS, Severity::Info, message)
        .subject(vulnerability)
        .fingerprint(format!("{vulnerability} {package} {by}"))
}

/// Notes that found no room are counted with the others.
fn pass_on(notes: Listing, all: u64, listing: &mut Listing) {
    let (notes, _, _) = notes.into_parts();
    let unlisted = all.saturating_sub(notes.len() as u64);
    notes.into_iter().for_each(|note| listing.push(note));
    listing.omit(unlisted, false);
}
