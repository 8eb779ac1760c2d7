//! What is being exploited, or probably will be: neither leeway nor a missing fix excuses it.

use super::{
    filter,
    found::{PAGE_ROWS, Reports, known_as, message},
    scans,
};
use crate::{
    remediations::update,
    rules::{EPSS, KNOWN_EXPLOITED},
    settings::packages::{KnownExploited, VulnerabilitySettings},
};
use tidegate_sdk::{
    evidence::{
        Source,
        vulnerabilities::{Exploitability, Vulnerability, VulnerabilityFilter},
    },
    finding::{Finding, Severity},
    parts::{EVIDENCE_MISSING, Listing, Part, Verdict},
};

/// Rows of all scans that are looked at, at most. The host cannot filter by these, so every row is fetched.
const LOOKED_AT_MAX: u32 = 50_000;

/// Returns how many are known to be exploited.
pub(super) fn judge(
    settings: &VulnerabilitySettings,
    reports: &Reports<'_>,
    listing: &mut Listing,
    part: &mut Part,
) -> u64 {
    let filter = VulnerabilityFilter { only_fixable: false, ..filter(settings, Severity::Info) };
    let (mut exploited, mut probable, mut looked_at) = (0_u64, 0_u64, 0_u32);
    for (source, report) in reports {
        // The host knows whether there is one at all; most scans hold none.
        if settings.max_epss.is_none() && report.known_exploited() == 0 {
            continue;
        }
        let mut offset = 0;
        loop {
            let page = report.vulnerabilities(&filter, offset, PAGE_ROWS);
            if page.is_empty() {
                break;
            }
            let rows = u32::try_from(page.len()).unwrap_or(LOOKED_AT_MAX);
            (offset, looked_at) = (offset.saturating_add(rows), looked_at.saturating_add(rows));
            if looked_at > LOOKED_AT_MAX {
                part.stated.push(too_many(reports.len()));
                part.worsen(Verdict::Inconclusive);
                break;
            }
            for row in &page {
                let (is_exploited, is_probable) = look(settings, row, source, listing);
                exploited += u64::from(is_exploited);
                probable += u64::from(is_probable);
            }
        }
    }
    let mut clause = |is_asked: bool, count: u64| {
        if is_asked {
            part.clause(count == 0);
            part.worsen(if count > 0 { Verdict::Failed } else { Verdict::Fulfilled });
        }
    };
    clause(settings.known_exploited == KnownExploited::Fail, exploited);
    clause(settings.max_epss.is_some(), probable);
    exploited
}

fn too_many(reports: usize) -> Finding {
    let message =
        format!("vulnerabilities of {}: more than {LOOKED_AT_MAX} used, {LOOKED_AT_MAX} allowed", scans(reports));
    Finding::new(EVIDENCE_MISSING, Severity::High, message).subject("vulnerabilities")
}

fn look(settings: &VulnerabilitySettings, row: &Vulnerability, source: &Source, listing: &mut Listing) -> (bool, bool) {
    let is_exploited = row.exploitability == Exploitability::KnownExploited;
    if is_exploited {
        let finding =
            Finding::new(KNOWN_EXPLOITED, Severity::Critical, format!("{}; it is being exploited", message(row)));
        let finding = known_as(finding, row).evidence(&source.digest).remediation(update(row));
        match settings.known_exploited {
            KnownExploited::Fail => listing.push(finding.decisive()),
            KnownExploited::Report => listing.push(finding),
        }
    }
    // What is no number is no promise of being below.
    let epss = row.epss.zip(settings.max_epss).filter(|(epss, max)| epss.is_nan() || epss > max);
    if let Some((epss, max)) = epss {
        let likely = format!("{}; its EPSS score is {epss}, at most {max} allowed", message(row));
        let finding = known_as(Finding::new(EPSS, Severity::High, likely), row);
        listing.push(finding.evidence(&source.digest).remediation(update(row)).decisive());
    }
    (is_exploited, epss.is_some())
}
