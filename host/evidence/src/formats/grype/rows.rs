//! Rows of Grype as rows of core.

use super::shape::{Known, Match};
use crate::{limits::Limits, moment::document_time, severity, text::Interner};
use std::sync::Arc;
use tidegate_core::vulnerability::{Exploitability, Vulnerability};

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
