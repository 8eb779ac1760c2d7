//! Issues of formats that say little more than a rule, a place and a text.

use crate::{
    fingerprint::Fingerprints,
    limits::Limits,
    text::{Interner, bounded},
};
use std::sync::Arc;
use tidegate_core::{
    evidence::{Content, Issue, IssueLocation, ScanKind, ScanReport, Suppression},
    finding::Severity,
};

/// An issue as a document writes it.
#[derive(Debug)]
pub(crate) struct Row<'r> {
    pub(crate) rule: &'r str,
    pub(crate) severity: Severity,
    pub(crate) message: &'r str,
    pub(crate) uri: Option<&'r str>,
    /// 0 is the file as a whole, as none is.
    pub(crate) line: Option<u32>,
    /// The tool's own.
    pub(crate) fingerprint: Option<&'r str>,
    pub(crate) suppression: Suppression,
    pub(crate) tags: &'r [String],
}

impl<'r> Row<'r> {
    /// An issue of which nothing else is said.
    pub(crate) fn new(rule: &'r str, severity: Severity, message: &'r str) -> Self {
        let (uri, line, fingerprint) = (None, None, None);
        Self { rule, severity, message, uri, line, fingerprint, suppression: Suppression::None, tags: &[] }
    }
}

/// Issues, each with a fingerprint of its own.
#[derive(Debug)]
pub(crate) struct Issues<'l> {
    limits: &'l Limits,
    texts: Interner,
    fingerprints: Fingerprints,
    rows: Vec<Issue>,
}

impl<'l> Issues<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, texts: Interner::default(), fingerprints: Fingerprints::default(), rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: &Row<'_>) {
        let tags: Vec<Arc<str>> = row.tags.iter().map(|tag| self.texts.bounded(tag, self.limits)).collect();
        let line = row.line.filter(|line| *line > 0);
        let issue = Issue {
            rule: self.texts.bounded(row.rule, self.limits),
            severity: row.severity,
            message: bounded(row.message, self.limits),
            location: row.uri.map(|uri| IssueLocation { uri: self.texts.bounded(uri, self.limits), line }),
            fingerprint: self.fingerprint(row),
            score: None,
            suppression: row.suppression,
            tags: Arc::from(tags),
        };
        self.rows.push(issue);
    }

    fn fingerprint(&mut self, row: &Row<'_>) -> Arc<str> {
        let stated = row.fingerprint.filter(|text| !text.is_empty());
        self.fingerprints.of(row.rule, row.uri.unwrap_or_default(), stated.unwrap_or(row.message))
    }

    /// Those that were added since the last scan was done. Fingerprints are numbered through all scans of a document.
    pub(crate) fn done(&mut self, kind: ScanKind) -> Content {
        Content::Scan(Arc::new(ScanReport { kind, issues: std::mem::take(&mut self.rows) }))
    }
}
