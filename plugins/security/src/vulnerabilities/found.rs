//! Rows of vulnerabilities: fetched page by page, in words, and by what they are known.

use crate::settings::packages::VulnerabilitySettings;
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::{
        Source,
        vulnerabilities::{Vulnerability, VulnerabilityFilter, VulnerabilityReport},
    },
    finding::{Finding, Severity},
    parts::Listing,
};

/// Scans, each with the document it is in.
pub(super) type Reports<'a> = [(&'a Source, &'a VulnerabilityReport)];

/// Rows asked for at once.
pub(super) const PAGE_ROWS: u32 = 512;
/// Rows of one scan that are looked at to list some of them, at most: the counts are exact all the same.
pub(super) const LOOKED_AT_MAX: u32 = 8 * PAGE_ROWS;
pub(super) const DAY_NANOS: u64 = 24 * 3600 * 1_000_000_000;

/// Lists the rows that are wanted while there is room; says how many were listed.
pub(super) fn list(
    reports: &Reports<'_>,
    filter: &VulnerabilityFilter,
    wanted: impl Fn(&Vulnerability) -> bool,
    finding: impl Fn(&Vulnerability, &Source) -> Finding,
    listing: &mut Listing,
) -> u64 {
    let mut listed = 0;
    for (source, report) in reports {
        let mut offset = 0;
        while listing.room() > 0 && offset < LOOKED_AT_MAX {
            let page = report.vulnerabilities(filter, offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            offset += u32::try_from(page.len()).unwrap_or(LOOKED_AT_MAX);
            for row in page.iter().filter(|row| wanted(row)) {
                if listing.room() > 0 {
                    listing.push(finding(row, source));
                    listed += 1;
                }
            }
        }
    }
    listed
}

/// `CVE-2026-1234 in openssl 3.0.1, fixed in 3.0.14`.
pub(crate) fn message(row: &Vulnerability) -> String {
    let fixed = row.fixed.as_ref().map_or_else(|| "not fixed yet".to_owned(), |fixed| format!("fixed in {fixed}"));
    let installed = if row.installed.is_empty() { String::new() } else { format!(" {}", row.installed) };
    format!("{} in {}{installed}, {fixed}", row.id, row.package)
}

/// By its id for waivers; by id and package for later runs, since one vulnerability may lie in several.
pub(crate) fn known_as(finding: Finding, row: &Vulnerability) -> Finding {
    let package = row.purl.as_deref().unwrap_or(&row.package);
    finding.subject(row.id.clone()).fingerprint(format!("{} {package}", row.id))
}

pub(super) fn leeway_nanos(settings: &VulnerabilitySettings, severity: Severity) -> Option<u64> {
    settings.leeway_days.of(severity).map(|days| days.saturating_mul(DAY_NANOS))
}

/// Whether it was published so shortly ago that it does not count yet: exactly so many days ago it is still early.
pub(super) fn is_early(settings: &VulnerabilitySettings, row: &Vulnerability, now: Timestamp) -> bool {
    leeway_nanos(settings, row.severity)
        .zip(row.published)
        .is_some_and(|(leeway, published)| published <= now && published >= now.saturating_sub(leeway))
}
