//! What is being exploited, or probably will be: neither leeway nor a missing fix excuses it.

use super::{
    filter,
    found::{Reports, known_as, list, message},
    total,
};
use crate::{
    remediations::update,
    rules::{EPSS, KNOWN_EXPLOITED},
    settings::packages::{KnownExploited, VulnerabilitySettings},
};
use tidegate_sdk::{
    evidence::{
        Source,
        vulnerabilities::{Vulnerability, VulnerabilityFilter},
    },
    finding::{Finding, Severity},
    parts::{Listing, Part, Verdict},
};

/// Returns how many are known to be exploited.
pub(super) fn judge(
    settings: &VulnerabilitySettings,
    reports: &Reports<'_>,
    listing: &mut Listing,
    part: &mut Part,
) -> u64 {
    let any = VulnerabilityFilter { only_fixable: false, ..filter(settings, Severity::Info) };
    let exploited = known_exploited(settings, &any, reports, listing);
    if settings.known_exploited == KnownExploited::Fail {
        clause(part, exploited);
    }
    if let Some(max) = settings.max_epss {
        clause(part, probable(max, &any, reports, listing));
    }
    exploited
}

fn clause(part: &mut Part, count: u64) {
    part.clause(count == 0);
    part.worsen(if count > 0 { Verdict::Failed } else { Verdict::Fulfilled });
}

fn known_exploited(
    settings: &VulnerabilitySettings,
    any: &VulnerabilityFilter,
    reports: &Reports<'_>,
    listing: &mut Listing,
) -> u64 {
    let filter = VulnerabilityFilter { only_known_exploited: true, ..any.clone() };
    let is_decisive = settings.known_exploited == KnownExploited::Fail;
    let finding = |row: &Vulnerability, source: &Source| {
        let message = format!("{}; it is being exploited", message(row));
        let finding = known_as(Finding::new(KNOWN_EXPLOITED, Severity::Critical, message), row);
        let finding = finding.evidence(&source.digest).remediation(update(row));
        if is_decisive { finding.decisive() } else { finding }
    };
    listed(&filter, reports, is_decisive, finding, listing)
}

fn probable(max: f64, any: &VulnerabilityFilter, reports: &Reports<'_>, listing: &mut Listing) -> u64 {
    // The bound itself is allowed: the next number above it is the first that is not.
    let filter = VulnerabilityFilter { epss_at_least: Some(max.next_up()), ..any.clone() };
    let finding = |row: &Vulnerability, source: &Source| {
        let epss = row.epss.unwrap_or(f64::NAN);
        let likely = format!("{}; its EPSS score is {epss}, at most {max} allowed", message(row));
        let finding = known_as(Finding::new(EPSS, Severity::High, likely), row);
        finding.evidence(&source.digest).remediation(update(row)).decisive()
    };
    listed(&filter, reports, true, finding, listing)
}

/// Lists them while there is room; returns how many there are.
fn listed(
    filter: &VulnerabilityFilter,
    reports: &Reports<'_>,
    is_decisive: bool,
    finding: impl Fn(&Vulnerability, &Source) -> Finding,
    listing: &mut Listing,
) -> u64 {
    let count = total(reports, filter);
    let listed = if count == 0 { 0 } else { list(reports, filter, |_| true, finding, listing) };
    listing.omit(count.saturating_sub(listed), is_decisive);
    count
}
