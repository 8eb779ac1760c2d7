//! Vulnerabilities that the last deployment did not have, by id and package.

use super::{PAGE_ROWS, against, cut, pages};
use crate::{
    remediations::update,
    rules::NEW_VULNERABILITIES,
    scans::absent,
    settings::NewVulnerabilities,
    vulnerabilities::{known_as, message, reports},
};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_sdk::{
    evidence::{
        Source,
        vulnerabilities::{Vulnerability, VulnerabilityFilter, VulnerabilityReport},
    },
    finding::{Finding, Severity},
    parts::{Listing, Part, Seen},
};

/// By what a vulnerability is the same one.
type Key = (String, String);

pub(super) fn judge(settings: &NewVulnerabilities, seen: &Seen, before: &Seen, listing: &mut Listing) -> Part {
    let now = reports(seen);
    if now.is_empty() {
        return absent("scan for vulnerabilities", true, seen);
    }
    let before = reports(before);
    let filter = VulnerabilityFilter {
        at_least: settings.max.least().unwrap_or(Severity::Critical),
        only_fixable: settings.only_fixable,
        include_not_affected: false,
        only_known_exploited: false,
        epss_at_least: None,
        published_before: None,
        except: settings.except.clone(),
    };
    let mut part = Part::fulfilled(None);
    // Two documents of one name may hold the same vulnerability: it is new once.
    let mut new: BTreeMap<(String, Key), (&Source, Vulnerability)> = BTreeMap::new();
    let mut names_cut = BTreeSet::new();
    for (source, report) in &now {
        let known: Vec<&VulnerabilityReport> =
            before.iter().filter(|(earlier, _)| earlier.name == source.name).map(|(_, report)| *report).collect();
        let (rows, is_cut) = new_in(report, &known, &filter);
        if is_cut && names_cut.insert(&source.name) && names_cut.len() == 1 {
            cut(NEW_VULNERABILITIES, &source.name, &mut part);
        }
        for row in rows {
            new.entry((source.name.clone(), key(&row))).or_insert((source, row));
        }
    }
    let rows: Vec<(Severity, (&Source, Vulnerability))> =
        new.into_values().map(|(source, row)| (row.severity, (source, row))).collect();
    let words = ("vulnerability", "vulnerabilities");
    against(settings.max, words, &rows, |(source, row)| finding(source, row), listing, &mut part);
    part
}

/// Rows that none of the earlier reports has, and whether there are more than are looked at. Without an earlier report all are
/// new.
fn new_in(
    report: &VulnerabilityReport,
    known: &[&VulnerabilityReport],
    filter: &VulnerabilityFilter,
) -> (Vec<Vulnerability>, bool) {
    pages(|offset| report.not_in(known, filter, offset, PAGE_ROWS))
}

fn key(row: &Vulnerability) -> Key {
    (row.id.clone(), row.package.clone())
}

fn finding(source: &Source, row: &Vulnerability) -> Finding {
    let message = format!("{} is new since the earlier deployment", message(row));
    known_as(Finding::new(NEW_VULNERABILITIES, row.severity, message), row)
        .evidence(&source.digest)
        .remediation(update(row))
}
