//! What can be asked of vulnerabilities.

use super::{
    filter::VulnerabilityFilter,
    page::{Clock, Page, each, page},
    rows::{ClaimRow, CountsRow, VulnerabilityRow},
};
use crate::stop::Stop;
use std::collections::HashSet;
use tidegate_core::vulnerability::{Exploitability, Vulnerability, VulnerabilityReport};

/// How many there are of each severity.
pub(super) fn count(
    report: &VulnerabilityReport,
    filter: &VulnerabilityFilter,
    clock: Clock,
) -> Result<CountsRow, Stop> {
    let mut counts = CountsRow::default();
    each(&report.vulnerabilities, clock, |found| filter.wants(found), |found| counts.add(found.severity))?;
    Ok(counts)
}

/// The vulnerabilities themselves.
pub(super) fn list(
    report: &VulnerabilityReport,
    filter: &VulnerabilityFilter,
    want: Page,
    clock: Clock,
) -> Result<Vec<VulnerabilityRow>, Stop> {
    page(&report.vulnerabilities, want, clock, |found| filter.wants(found), VulnerabilityRow::from)
}

/// How many are being exploited somewhere.
pub(super) fn known_exploited(report: &VulnerabilityReport, clock: Clock) -> Result<u32, Stop> {
    let mut exploited = 0_u32;
    let is_exploited = |found: &Vulnerability| found.exploitability == Exploitability::KnownExploited;
    each(&report.vulnerabilities, clock, is_exploited, |_| exploited = exploited.saturating_add(1))?;
    Ok(exploited)
}

/// What was said about them.
pub(super) fn claims(report: &VulnerabilityReport, want: Page, clock: Clock) -> Result<Vec<ClaimRow>, Stop> {
    page(&report.claims, want, clock, |_| true, ClaimRow::from)
}

/// Vulnerabilities of `here` that none of the others has.
pub(super) fn not_in(
    here: &VulnerabilityReport,
    others: &[&VulnerabilityReport],
    filter: &VulnerabilityFilter,
    want: Page,
    clock: Clock,
) -> Result<Vec<VulnerabilityRow>, Stop> {
    let mut known = HashSet::new();
    for other in others {
        each(
            &other.vulnerabilities,
            clock,
            |_| true,
            |found| {
                known.insert(key(found));
            },
        )?;
    }
    let new = |found: &Vulnerability| filter.wants(found) && !known.contains(&key(found));
    page(&here.vulnerabilities, want, clock, new, VulnerabilityRow::from)
}

fn key(found: &Vulnerability) -> (&str, &str) {
    (&found.id, &found.package)
}

#[cfg(test)]
mod tests {
    use super::{Clock, CountsRow, Page, VulnerabilityFilter, count, known_exploited, list, not_in};
    use crate::evidence::filter::{Exploited, Fixable, Names, NotAffected};
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };
    use tidegate_core::{
        finding::Severity,
        vulnerability::{Exploitability, Vulnerability, VulnerabilityReport},
    };

    fn report(rows: &[(&str, &str, Severity, Exploitability)]) -> VulnerabilityReport {
        let row = |&(id, package, severity, exploitability): &(&str, &str, Severity, Exploitability)| Vulnerability {
            id: id.into(),
            aliases: Arc::new([]),
            severity,
            cvss: Some(9.8),
            epss: None,
            published: None,
            package: package.into(),
            purl: None,
            installed: "1".into(),
            fixed: None,
            exploitability,
        };
        VulnerabilityReport { vulnerabilities: rows.iter().map(row).collect(), database_at: None, claims: Vec::new() }
    }

    fn affected() -> VulnerabilityFilter {
        VulnerabilityFilter {
            at_least: Severity::Info,
            fixable: Fixable::OrNot,
            not_affected: NotAffected::LeftOut,
            exploited: Exploited::OrNot,
            epss_at_least: None,
            published_before: None,
            except: Names::default(),
        }
    }

    fn clock() -> Clock {
        Clock::new(Instant::now() + Duration::from_secs(3600))
    }

    fn some() -> VulnerabilityReport {
        report(&[
            ("CVE-1", "a", Severity::Critical, Exploitability::KnownExploited),
            ("CVE-1", "b", Severity::High, Exploitability::Unknown),
            ("CVE-2", "a", Severity::High, Exploitability::NotAffected),
        ])
    }

    #[test]
    fn they_are_counted_listed_and_told_apart() {
        assert_eq!(
            count(&some(), &affected(), clock()),
            Ok(CountsRow { high: 1, critical: 1, ..CountsRow::default() })
        );
        assert_eq!(known_exploited(&some(), clock()), Ok(1));
        let rows = list(&some(), &affected(), Page::ALL, clock()).unwrap();
        assert_eq!(
            rows.iter().map(|row| (&*row.id, &*row.package)).collect::<Vec<_>>(),
            [("CVE-1", "a"), ("CVE-1", "b")]
        );
    }

    #[test]
    fn what_is_new_is_told_by_id_and_package() {
        let before = report(&[("CVE-1", "a", Severity::Low, Exploitability::Unknown)]);
        let other = report(&[("CVE-1", "b", Severity::Low, Exploitability::Unknown)]);
        let new = |others: &[&VulnerabilityReport], want| -> Vec<String> {
            let rows = not_in(&some(), others, &affected(), want, clock()).unwrap();
            rows.iter().map(|row| format!("{} {}", row.id, row.package)).collect()
        };
        assert_eq!(new(&[], Page::ALL), ["CVE-1 a", "CVE-1 b"]);
        assert_eq!(new(&[&before], Page::ALL), ["CVE-1 b"]);
        assert_eq!(new(&[&before, &other], Page::ALL), [""; 0]);
        assert_eq!(new(&[], Page::new(1, 8, 8)), ["CVE-1 b"]);
    }
}
