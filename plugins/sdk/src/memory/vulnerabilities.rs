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

    pub(crate) fn not_in(
        &self,
        others: &[&Self],
        filter: &VulnerabilityFilter,
        offset: u32,
        limit: u32,
    ) -> Vec<Vulnerability> {
        let others = others.iter().flat_map(|other| &other.0.vulnerabilities);
        let known: HashSet<(&str, &str)> = others.map(|row| (&*row.id, &*row.package)).collect();
        page(self.kept(filter).filter(|row| !known.contains(&(&*row.id, &*row.package))).cloned(), offset, limit)
    }

    fn kept<'a>(&'a self, filter: &'a VulnerabilityFilter) -> impl Iterator<Item = &'a Vulnerability> {
        self.0.vulnerabilities.iter().filter(|row| is_kept(row, filter))
    }
}

fn is_kept(row: &Vulnerability, filter: &VulnerabilityFilter) -> bool {
    let excepted =
        |pattern: &String| [&row.id].into_iter().chain(&row.aliases).any(|name| pattern::matches(pattern, name));
    let recent = row.published.zip(filter.published_before).is_some_and(|(published, before)| published >= before);
    let probable = |least: f64| row.epss.is_some_and(|epss| epss.is_nan() || epss >= least);
    row.severity >= filter.at_least
        && (!filter.only_fixable || row.fixed.is_some())
        && (filter.include_not_affected || row.exploitability != Exploitability::NotAffected)
        && (!filter.only_known_exploited || row.exploitability == Exploitability::KnownExploited)
        && filter.epss_at_least.is_none_or(probable)
        && !recent
        && !filter.except.iter().any(excepted)
}
