//! Rows of Trivy as rows of core.

use super::shape::{Found, Scores, Target};
use crate::{limits::Limits, moment::document_time, severity, text::Interner};
use std::{collections::HashMap, sync::Arc};
use tidegate_core::{
    evidence::Component,
    vulnerability::{Exploitability, Vulnerability},
};

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

    pub(super) fn vulnerability(&mut self, found: &Found) -> Vulnerability {
        let purl = found.pkg_identifier.as_ref().and_then(|identifier| identifier.purl.as_deref());
        let fixed = found.fixed_version.as_deref().filter(|version| !version.is_empty());
        let published = found.published_date.as_deref().and_then(document_time);
        Vulnerability {
            id: self.text(&found.id),
            aliases: found.vendor_ids.iter().flatten().map(|id| self.text(id)).collect(),
            severity: severity::of_word(found.severity.as_deref()),
            cvss: cvss(found),
            epss: None,
            published: published.map(|time| time.at),
            package: self.text(&found.pkg_name),
            purl: purl.filter(|purl| !purl.is_empty()).map(|purl| self.text(purl)),
            installed: self.text(&found.installed_version),
            fixed: fixed.map(|version| self.text(version)),
            exploitability: Exploitability::Unknown,
        }
    }

    /// Packages with their licences, and what else licences were found in.
    pub(super) fn components(&mut self, targets: &[Target]) -> Vec<Component> {
        let mut found: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut order: Vec<&str> = Vec::new();
        for row in targets.iter().flat_map(|target| target.licenses.iter().flatten()) {
            let holder = if row.pkg_name.is_empty() { row.file_path.as_str() } else { row.pkg_name.as_str() };
            let names = found.entry(holder).or_insert_with(|| {
                order.push(holder);
                Vec::new()
            });
            names.push(&row.name);
        }
        let mut components = Vec::new();
        let mut known: HashMap<&str, ()> = HashMap::new();
        for package in targets.iter().flat_map(|target| target.packages.iter().flatten()) {
            known.insert(&package.name, ());
            let own = package.licenses.iter().flatten().map(String::as_str);
            let licenses: Vec<&str> =
                own.chain(found.get(package.name.as_str()).into_iter().flatten().copied()).collect();
            let purl = package.identifier.as_ref().and_then(|identifier| identifier.purl.as_deref());
            components.push(self.component(&package.name, &package.version, purl, &licenses));
        }
        for holder in order.into_iter().filter(|holder| !known.contains_key(holder)) {
            let licenses = found.get(holder).map(Vec::as_slice).unwrap_or_default();
            components.push(self.component(holder, "", None, licenses));
        }
        components
    }

    fn component(&mut self, name: &str, version: &str, purl: Option<&str>, licenses: &[&str]) -> Component {
        let mut names: Vec<Arc<str>> = licenses.iter().map(|name| self.text(name)).collect();
        names.sort();
        names.dedup();
        Component {
            name: self.text(name),
            version: self.text(version),
            purl: purl.filter(|purl| !purl.is_empty()).map(|purl| self.text(purl)),
            licenses: Arc::from(names),
        }
    }
}

/// Of the source that the severity is from, else the highest of all.
fn cvss(found: &Found) -> Option<f64> {
    let all = found.cvss.as_ref()?;
    let source = found.severity_source.as_deref().and_then(|source| all.get(source));
    source.and_then(score).or_else(|| all.values().filter_map(score).max_by(f64::total_cmp))
}

fn score(scores: &Scores) -> Option<f64> {
    let stated = [scores.v3_score, scores.v40_score, scores.v2_score].into_iter().flatten();
    stated.into_iter().find(|score| *score > 0.0 && *score <= 10.0)
}
