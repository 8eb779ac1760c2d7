//! Vulnerabilities in this process.

use super::page;
use crate::{
    deployment::Timestamp,
    evidence::{
        scan::SeverityCounts,
        vulnerabilities::{Exploitability, VexClaim, Vulnerability, VulnerabilityFilter},
    },
    pattern,
};
use std::{collections::HashSet, rc::Rc};

#[derive(Debug)]
pub(crate) struct VulnerabilityRows {
    pub(crate) vulnerabilities: Vec<Vulnerability>,
    pub(crate) database_at: Option<Timestamp>,
    pub(crate) claims: Vec<VexClaim>,
}

#[derive(Debug)]
pub(crate) struct Vulnerabilities(pub(crate) Rc<VulnerabilityRows>);

impl Vulnerabilities {
    pub(crate) fn count(&self, filter: &VulnerabilityFilter) -> SeverityCounts {
        let mut counts = SeverityCounts::default();
        for vulnerability in self.kept(filter) {
            counts[vulnerability.severity] += 1;
        }
        counts
    }

    pub(crate) fn vulnerabilities(&self, filter: &VulnerabilityFilter, offset: u32, limit: u32) -> Vec<Vulnerability> {
        page(self.kept(filter).cloned(), offset, limit)
    }

    pub(crate) fn claims(&self, offset: u32, limit: u32) -> Vec<VexClaim> {
        page(self.0.claims.iter().cloned(), offset, limit)
    }

    pub(crate) fn known_exploited(&self) -> u32 {
        let exploited = |row: &&Vulnerability| row.exploitability == Exploitability::KnownExploited;
        u32::try_from(self.0.vulnerabilities.iter().filter(exploited).count()).unwrap_or(u32::MAX)
    }

    pub(crate) fn database_at(&self) -> Option<Timestamp> {
        self.0.database_at
    }

    pub(crate) fn not_in(&self, other: &Self, filter: &VulnerabilityFilter, limit: u32) -> Vec<Vulnerability> {
        let known: HashSet<(&str, &str)> =
            other.0.vulnerabilities.iter().map(|row| (&*row.id, &*row.package)).collect();
        page(self.kept(filter).filter(|row| !known.contains(&(&*row.id, &*row.package))).cloned(), 0, limit)
    }

    fn kept<'a>(&'a self, filter: &'a VulnerabilityFilter) -> impl Iterator<Item = &'a Vulnerability> {
        self.0.vulnerabilities.iter().filter(|row| is_kept(row, filter))
    }
}

fn is_kept(row: &Vulnerability, filter: &VulnerabilityFilter) -> bool {
    let excepted =
        |pattern: &String| [&row.id].into_iter().chain(&row.aliases).any(|name| pattern::matches(pattern, name));
    let recent = row.published.zip(filter.published_before).is_some_and(|(published, before)| published >= before);
    row.severity >= filter.at_least
        && (!filter.only_fixable || row.fixed.is_some())
        && (filter.include_not_affected || row.exploitability != Exploitability::NotAffected)
        && !recent
        && !filter.except.iter().any(excepted)
}
