//! Known vulnerabilities of packages against what is tolerated. Trusted VEX statements are applied by the host; what else was
//! said is shown and changes nothing.

mod database;
mod found;
mod notes;
mod urgent;

use self::found::{Reports, is_early, leeway_nanos, list};
pub(crate) use self::found::{known_as, message};
use crate::{remediations::update, rules::VULNERABILITIES, scans::absent, settings::packages::VulnerabilitySettings};
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::{
        Content, Source,
        vulnerabilities::{Vulnerability, VulnerabilityFilter, VulnerabilityReport},
    },
    finding::{Finding, Severity},
    limits::{Limited, Tally},
    parts::{Listing, Part, Seen, Verdict},
};

/// All scans of packages.
pub(crate) fn reports(seen: &Seen) -> Vec<(&Source, &VulnerabilityReport)> {
    seen.all(|content| if let Content::Vulnerabilities(report) = content { Some(report) } else { None }).collect()
}

pub(crate) fn judge(settings: &VulnerabilitySettings, seen: &Seen, now: Timestamp, listing: &mut Listing) -> Part {
    let reports = reports(seen);
    if reports.is_empty() {
        return absent("scan for vulnerabilities", settings.required, seen);
    }
    let mut part = Part::fulfilled(None);
    database::judge(settings.database_max_age_hours, &reports, now, &mut part);
    let urgent = urgent::judge(settings, &reports, listing, &mut part);
    let early = limits(settings, &reports, now, listing, &mut part);
    let remarks = [
        (early, "in leeway"),
        (notes::not_affected(settings, &reports), "not affected by trusted statements"),
        (urgent, "known to be exploited"),
    ];
    for (count, words) in remarks.into_iter().filter(|(count, _)| *count > 0) {
        part.summary.push_str(&format!(", {count} {words}"));
    }
    notes::claims(&reports, listing);
    part
}

fn filter(settings: &VulnerabilitySettings, at_least: Severity) -> VulnerabilityFilter {
    VulnerabilityFilter {
        at_least,
        only_fixable: settings.only_fixable,
        include_not_affected: false,
        only_known_exploited: false,
        epss_at_least: None,
        published_before: None,
        except: settings.except.clone(),
    }
}

/// Returns how many are still in their leeway.
fn limits(
    settings: &VulnerabilitySettings,
    reports: &Reports<'_>,
    now: Timestamp,
    listing: &mut Listing,
    part: &mut Part,
) -> u64 {
    let Some(max) = settings.max else {
        let all = total(reports, &VulnerabilityFilter { only_fixable: false, ..filter(settings, Severity::Info) });
        part.summary = found(all, "known vulnerability", "known vulnerabilities");
        return 0;
    };
    let (mut late, mut early) = (Tally::default(), Tally::default());
    for severity in Severity::ALL.into_iter().filter(|severity| max.of(*severity).is_some()) {
        for (_, report) in reports {
            let (counting, waiting) = counted_at(settings, severity, report, now);
            late.add_of(severity, counting);
            early.add_of(severity, waiting);
        }
    }
    let limited: Vec<Limited> = max.against(late).collect();
    for one in &limited {
        part.clause(!one.is_exceeded());
        if one.is_exceeded() {
            part.worsen(Verdict::Failed);
            part.stated.extend(exceeded(settings, one, reports, now, listing));
        }
    }
    notes::leeway(settings, &early, reports, now, listing);
    let words: Vec<String> = limited.iter().map(in_words).collect();
    part.summary = words.join(", ");
    early.total()
}

fn in_words(one: &Limited) -> String {
    let word = one.severity.word();
    found(one.count, &format!("{word} vulnerability"), &format!("{word} vulnerabilities"))
}

fn found(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How many of that severity count, and how many are still in their leeway.
///
/// The host leaves out what was published at or after a moment. What claims to be published in the future is left out by both
/// questions alike; it earns no leeway.
fn counted_at(
    settings: &VulnerabilitySettings,
    severity: Severity,
    report: &VulnerabilityReport,
    now: Timestamp,
) -> (u64, u64) {
    let filter = filter(settings, severity);
    let count = |published_before| {
        let filter = VulnerabilityFilter { published_before, ..filter.clone() };
        u64::from(report.count(&filter)[severity])
    };
    let all = count(None);
    let Some(leeway) = leeway_nanos(settings, severity) else { return (all, 0) };
    let old = count(Some(now.saturating_sub(leeway)));
    let until_now = count(Some(now.saturating_add(1)));
    let early = until_now.saturating_sub(old);
    (all.saturating_sub(early), early)
}

fn exceeded(
    settings: &VulnerabilitySettings,
    one: &Limited,
    reports: &Reports<'_>,
    now: Timestamp,
    listing: &mut Listing,
) -> Option<Finding> {
    let counts = |row: &Vulnerability| row.severity == one.severity && !is_early(settings, row, now);
    let finding = |row: &Vulnerability, source: &Source| {
        let finding = Finding::new(VULNERABILITIES, row.severity, message(row)).remediation(update(row));
        known_as(finding, row).evidence(&source.digest).decisive()
    };
    let listed = list(reports, &filter(settings, one.severity), counts, finding, listing);
    let unlisted = one.count.saturating_sub(listed);
    listing.omit(unlisted, true);
    (unlisted > 0).then(|| {
        let message = format!("{}, at most {} allowed, {unlisted} not listed", in_words(one), one.max);
        Finding::new(VULNERABILITIES, Severity::Critical, message).decisive()
    })
}

fn total(reports: &Reports<'_>, filter: &VulnerabilityFilter) -> u64 {
    let mut tally = Tally::default();
    for (_, report) in reports {
        tally.add(&report.count(filter));
    }
    tally.total()
}
