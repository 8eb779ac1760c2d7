//! Rows of CycloneDX as rows of core.

use super::shape::{Found, Part, Rating, State};
use crate::{limits::Limits, moment::document_time, severity, text::Interner};
use std::{collections::HashMap, sync::Arc};
use tidegate_core::{
    evidence::{Component, DocumentTime},
    finding::Severity,
    vex::{VexProduct, VexStatement, VexStatus},
    vulnerability::{Exploitability, Vulnerability},
};

/// What is kept between rows.
pub(super) struct Rows<'b> {
    limits: &'b Limits,
    texts: Interner,
    /// Without the one that the document is about.
    parts: Vec<&'b Part>,
    by_ref: HashMap<&'b str, &'b Part>,
}

impl<'b> Rows<'b> {
    /// Nested components too; how deep they may lie is bounded where the document is parsed.
    pub(super) fn new(limits: &'b Limits, main: Option<&'b Part>, listed: &'b [Part]) -> Self {
        let parts: Vec<&Part> =
            nested(listed.iter().chain(main.into_iter().flat_map(|main| main.components.iter().flatten())));
        let all = parts.iter().copied().chain(main);
        let by_ref = all.filter_map(|part| Some((part.bom_ref.as_deref()?, part))).collect();
        Self { limits, texts: Interner::default(), parts, by_ref }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        self.texts.bounded(text, self.limits)
    }

    fn stated(&mut self, text: Option<&str>) -> Option<Arc<str>> {
        text.filter(|text| !text.is_empty()).map(|text| self.text(text))
    }

    pub(super) fn components(&mut self) -> Vec<Component> {
        let parts = self.parts.clone();
        parts.into_iter().map(|part| self.component(part)).collect()
    }

    fn component(&mut self, part: &Part) -> Component {
        let mut licenses: Vec<Arc<str>> = Vec::new();
        for choice in part.licenses.iter().flatten() {
            let license = choice.license.as_ref();
            let named = license.and_then(|license| license.id.as_deref().or(license.name.as_deref()));
            licenses.extend(self.stated(named.or(choice.expression.as_deref())));
        }
        licenses.sort();
        licenses.dedup();
        Component {
            name: self.text(&part.name),
            version: self.text(part.version.as_deref().unwrap_or_default()),
            purl: self.stated(part.purl.as_deref()),
            licenses: Arc::from(licenses),
        }
    }

    /// One for each component that it affects; one without a package where it names none.
    pub(super) fn vulnerabilities(&mut self, found: &Found) -> Vec<Vulnerability> {
        let aliases: Vec<&str> = found.references.iter().flatten().filter_map(|other| other.id.as_deref()).collect();
        let aliases: Arc<[Arc<str>]> = aliases.into_iter().map(|id| self.text(id)).collect();
        let ratings = found.ratings.as_deref().unwrap_or_default();
        let published = found.published.as_deref().and_then(document_time);
        let targets: Vec<&str> = found.affects.iter().flatten().map(|affected| affected.target.as_str()).collect();
        let targets = if targets.is_empty() { vec![""] } else { targets };
        let mut rows = Vec::new();
        for target in targets {
            let part = self.by_ref.get(target).copied();
            rows.push(Vulnerability {
                id: self.text(&found.id),
                aliases: Arc::clone(&aliases),
                severity: ratings.iter().filter_map(severity).max().unwrap_or(Severity::Medium),
                cvss: ratings.iter().filter_map(score).max_by(f64::total_cmp),
                epss: None,
                published: published.map(|time| time.at),
                package: self.text(part.map_or(target, |part| part.name.as_str())),
                purl: self.purl(target),
                installed: self.text(part.and_then(|part| part.version.as_deref()).unwrap_or_default()),
                fixed: None,
                exploitability: Exploitability::Unknown,
            });
        }
        rows
    }

    /// Of the component; of one in another document, by the reference where that is a package URL itself.
    fn purl(&mut self, target: &str) -> Option<Arc<str>> {
        if let Some(part) = self.by_ref.get(target).copied() {
            return self.stated(part.purl.as_deref());
        }
        let linked = target.strip_prefix("urn:cdx:").and_then(|link| link.split_once('#')).map(|(_, name)| name);
        let purl = linked.unwrap_or(target);
        purl.starts_with("pkg:").then(|| self.text(purl))
    }

    /// None where nothing that it affects has a package URL: it could not be told what it speaks of.
    pub(super) fn statement(&mut self, found: &Found, document: Option<DocumentTime>) -> Option<VexStatement> {
        let analysis = found.analysis.as_ref()?;
        let status = match analysis.state? {
            State::Resolved | State::ResolvedWithPedigree => VexStatus::Fixed,
            State::Exploitable => VexStatus::Affected,
            State::InTriage => VexStatus::UnderInvestigation,
            State::FalsePositive | State::NotAffected => VexStatus::NotAffected,
        };
        let mut products = Vec::new();
        for affected in found.affects.iter().flatten() {
            products.extend(self.purl(&affected.target).map(|id| VexProduct { id, parts: Vec::new() }));
        }
        if products.is_empty() {
            return None;
        }
        let reasons = [analysis.justification.as_deref(), analysis.detail.as_deref()];
        let reasons: Vec<&str> = reasons.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        let justification = self.text(&reasons.join(": "));
        let own = analysis.last_updated.as_deref().and_then(document_time);
        let at = own.or(document).map(|time| time.at);
        Some(VexStatement { vulnerabilities: vec![self.text(&found.id)], products, status, justification, at })
    }
}

/// In order of appearance, each before those in it.
fn nested<'b>(listed: impl DoubleEndedIterator<Item = &'b Part>) -> Vec<&'b Part> {
    let mut waiting: Vec<&Part> = listed.rev().collect();
    let mut parts = Vec::new();
    while let Some(part) = waiting.pop() {
        parts.push(part);
        waiting.extend(part.components.iter().flatten().rev());
    }
    parts
}

fn severity(rating: &Rating) -> Option<Severity> {
    let Some(word) = rating.severity.as_deref() else {
        return score(rating).map(|score| match score {
            9.0.. => Severity::Critical,
            7.0.. => Severity::High,
            4.0.. => Severity::Medium,
            _ => Severity::Low,
        });
    };
    Some(severity::of_word(Some(word)))
}

fn score(rating: &Rating) -> Option<f64> {
    let is_cvss = rating.method.as_deref().is_some_and(|method| method.starts_with("CVSS"));
    rating.score.filter(|score| is_cvss && *score > 0.0 && *score <= 10.0)
}
