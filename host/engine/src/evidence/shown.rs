//! The documents that one evaluation sees.

use crate::stop::Stop;
use std::sync::Arc;
use tidegate_core::{
    evidence::{Baseline, BillOfMaterials, Content, Evidence, ScanReport, TestReport},
    vulnerability::VulnerabilityReport,
};

/// The documents of the stage, those of its baseline, and what they hold. A handle of the plugin is a place in here.
pub(crate) struct Shown {
    documents: Vec<ShownDocument>,
    /// Documents from here on are the baseline's.
    own: usize,
    baseline: ShownBaseline,
    contents: Vec<Content>,
}

/// One document, and where its contents begin.
pub(crate) struct ShownDocument {
    pub(crate) evidence: Evidence,
    contents_at: usize,
}

/// What there is of a baseline.
pub(crate) enum ShownBaseline {
    NotAsked,
    First,
    Documents,
    Unavailable(Arc<str>),
}

impl Shown {
    /// No documents: what a plugin sees while it is loaded.
    pub(crate) fn nothing() -> Self {
        Self { documents: Vec::new(), own: 0, baseline: ShownBaseline::NotAsked, contents: Vec::new() }
    }

    /// These documents, ordered by name and digest, so that the order of arrival changes nothing.
    pub(crate) fn new(documents: &[Evidence], baseline: &Baseline) -> Self {
        let mut shown = Self::nothing();
        shown.add(documents);
        shown.own = shown.documents.len();
        shown.baseline = match baseline {
            Baseline::NotAsked => ShownBaseline::NotAsked,
            Baseline::First => ShownBaseline::First,
            Baseline::Documents(documents) => {
                shown.add(documents);
                ShownBaseline::Documents
            }
            Baseline::Unavailable(why) => ShownBaseline::Unavailable(Arc::clone(why)),
        };
        shown
    }

    fn add(&mut self, documents: &[Evidence]) {
        let mut sorted: Vec<&Evidence> = documents.iter().collect();
        sorted.sort_by_key(|e| (&e.name, e.document.digest, &e.service));
        for evidence in sorted {
            let contents_at = self.contents.len();
            self.contents.extend_from_slice(&evidence.document.contents);
            self.documents.push(ShownDocument { evidence: evidence.clone(), contents_at });
        }
    }

    /// Places of the stage's own documents.
    pub(crate) fn own(&self) -> std::ops::Range<usize> {
        0..self.own
    }

    /// Places of the baseline's documents.
    pub(crate) fn earlier(&self) -> std::ops::Range<usize> {
        self.own..self.documents.len()
    }

    /// What there is of a baseline.
    pub(crate) fn baseline(&self) -> &ShownBaseline {
        &self.baseline
    }

    /// The documents at these places.
    pub(crate) fn evidence(&self, places: std::ops::Range<usize>) -> impl Iterator<Item = &Evidence> {
        self.documents.get(places).unwrap_or_default().iter().map(|document| &document.evidence)
    }

    /// The document at a place.
    pub(crate) fn document(&self, place: u32) -> Result<&ShownDocument, Stop> {
        self.documents.get(place as usize).ok_or(Stop::Host("a handle points to no document"))
    }

    /// What a document holds, each with its place.
    pub(crate) fn contents(&self, document: &ShownDocument) -> impl Iterator<Item = (u32, &Content)> {
        let (at, len) = (document.contents_at, document.evidence.document.contents.len());
        let contents = self.contents.get(at..at + len).unwrap_or_default();
        contents.iter().enumerate().map(move |(n, content)| (place(at + n), content))
    }

    /// The test report at a place.
    pub(crate) fn tests(&self, place: u32) -> Result<&Arc<TestReport>, Stop> {
        match self.contents.get(place as usize) {
            Some(Content::Tests(report)) => Ok(report),
            _ => Err(Stop::Host("a handle points to no test report")),
        }
    }

    /// The scan at a place.
    pub(crate) fn scan(&self, place: u32) -> Result<&Arc<ScanReport>, Stop> {
        match self.contents.get(place as usize) {
            Some(Content::Scan(report)) => Ok(report),
            _ => Err(Stop::Host("a handle points to no scan")),
        }
    }

    /// The vulnerability report at a place.
    pub(crate) fn vulnerabilities(&self, place: u32) -> Result<&Arc<VulnerabilityReport>, Stop> {
        match self.contents.get(place as usize) {
            Some(Content::Vulnerabilities(report)) => Ok(report),
            _ => Err(Stop::Host("a handle points to no vulnerability report")),
        }
    }

    /// The bill of materials at a place.
    pub(crate) fn components(&self, place: u32) -> Result<&Arc<BillOfMaterials>, Stop> {
        match self.contents.get(place as usize) {
            Some(Content::Components(bill)) => Ok(bill),
            _ => Err(Stop::Host("a handle points to no bill of materials")),
        }
    }
}

/// A place as a handle carries it. Bodies are bounded at 64 MiB, so there are never 2³² of anything.
pub(crate) fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
