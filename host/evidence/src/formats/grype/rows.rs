//! Rows of Grype as rows of core.

use super::shape::{Known, Match};
use crate::{limits::Limits, moment::document_time, severity, text::Interner};
use std::{collections::HashSet, sync::Arc};
use tidegate_core::{
    vex::{VexProduct, VexReport, VexStatement, VexStatus},
    vulnerability::{Exploitability, Vulnerability},
};

const JUSTIFICATION: &str = "ignored by the scanner's configuration";

/// What is kept between rows.
pub(super) struct Rows<'l> {
    limits: &'l Limits,
    texts: Interner,
}

impl<'l> Rows<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, texts: Interner::default() }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        self.texts.bounded(text, self.limits)
    }

    pub(super) fn vulnerability(&mut self, row: &Match) -> Vulnerability {
        let (own, related) = (&row.vulnerability, row.related_vulnerabilities.as_deref().unwrap_or_default());
        let all = || std::iter::once(own).chain(related);
        let exploited = all().any(|known| known.known_exploited.as_ref().is_some_and(|list| !list.is_empty()));
        let versions = own.fix.iter().flat_map(|fix| fix.versions.iter().flatten());
        let fixed = versions.into_iter().find(|version| !version.is_empty());
        let purl = row.artifact.purl.as_deref().filter(|purl| !purl.is_empty());
        Vulnerability {
            id: self.text(&own.id),
            aliases: alias(&own.id, related).map(|id| self.text(id)).into_iter().collect(),
            severity: severity::of_word(own.severity.as_deref()),
            cvss: highest(score(own), 10.0).or_else(|| highest(related.iter().flat_map(score), 10.0)),
            epss: highest(all().flat_map(share), 1.0),
            published: own.published.as_deref().and_then(document_time).map(|time| time.at),
            package: self.text(&row.artifact.name),
            purl: purl.map(|purl| self.text(purl)),
            installed: self.text(&row.artifact.version),
            fixed: fixed.map(|version| self.text(version)),
            exploitability: if exploited { Exploitability::KnownExploited } else { Exploitability::Unknown },
        }
    }
}

/// The one other name. An advisory about several vulnerabilities is the same as none of them.
fn alias<'a>(id: &str, related: &'a [Known]) -> Option<&'a str> {
    let mut others = related.iter().map(|known| known.id.as_str()).filter(|other| *other != id);
    let first = others.next()?;
    others.all(|other| other == first).then_some(first)
}

fn score(known: &Known) -> impl Iterator<Item = f64> {
    known.cvss.iter().flatten().filter_map(|cvss| cvss.metrics.as_ref()?.base_score).filter(|score| *score > 0.0)
}

fn share(known: &Known) -> impl Iterator<Item = f64> {
    known.epss.iter().flatten().filter_map(|epss| epss.epss)
}

fn highest(numbers: impl Iterator<Item = f64>, most: f64) -> Option<f64> {
    numbers.filter(|number| (0.0..=most).contains(number)).max_by(f64::total_cmp)
}

/// What ignoring says. A package that was ignored in one place and not in another has no statement, which would reach both.
pub(super) fn statements(counted: &[Vulnerability], waived: &[Vulnerability]) -> VexReport {
    let mut open: HashSet<(Arc<str>, &str)> = HashSet::new();
    for row in counted {
        let Some(package) = row.purl.as_deref().and_then(package) else { continue };
        open.extend(std::iter::once(&row.id).chain(row.aliases.iter()).map(|name| (Arc::clone(name), package)));
    }
    let statement = |row: &Vulnerability| {
        let purl = row.purl.as_ref()?;
        if open.contains(&(Arc::clone(&row.id), package(purl)?)) {
            return None;
        }
        Some(VexStatement {
            vulnerabilities: vec![Arc::clone(&row.id)],
            products: vec![VexProduct { id: Arc::clone(purl), parts: Vec::new() }],
            status: VexStatus::NotAffected,
            justification: Arc::from(JUSTIFICATION),
            at: None,
        })
    };
    VexReport { statements: waived.iter().filter_map(statement).collect() }
}

/// A package URL up to its version; `None` without a version, since that would speak of every version.
fn package(purl: &str) -> Option<&str> {
    let bare = purl.split(['?', '#']).next()?;
    bare.rsplit('/').next()?.split_once('@').filter(|(name, _)| !name.is_empty()).map(|_| bare)
}
