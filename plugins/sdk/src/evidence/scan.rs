//! Issues of a static analysis, an accessibility check, a secret scanner.

use crate::{
    backend,
    finding::{Location, Severity},
};
use std::ops::{Index, IndexMut};

/// One issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The tool's rule.
    pub rule: String,
    /// As normalised by the host.
    pub severity: Severity,
    /// In the tool's words; empty unless asked for.
    pub message: String,
    /// Where; none unless asked for.
    pub location: Option<Location>,
    /// Stable across runs; empty unless asked for.
    pub fingerprint: String,
    /// Whether the document itself suppresses it.
    pub suppressed: bool,
    /// The tool's tags; none unless asked for.
    pub tags: Vec<String>,
}

/// Which issues are meant. At most 256 entries a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFilter {
    /// This bad or worse.
    pub at_least: Severity,
    /// Also those that the document itself suppresses.
    pub include_suppressed: bool,
    /// Rule ids or tags to leave out; a trailing `*` matches a prefix.
    pub except: Vec<String>,
    /// Path prefixes to leave out.
    pub except_under: Vec<String>,
}

/// Which texts of an issue are wanted: texts are what a row costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IssueFields {
    /// Its message.
    pub message: bool,
    /// Its location.
    pub location: bool,
    /// Its fingerprint.
    pub fingerprint: bool,
    /// Its tags.
    pub tags: bool,
}

/// One number per severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeverityCounts([u32; 5]);

impl Index<Severity> for SeverityCounts {
    type Output = u32;

    fn index(&self, severity: Severity) -> &u32 {
        &self.0[severity as usize]
    }
}

impl IndexMut<Severity> for SeverityCounts {
    fn index_mut(&mut self, severity: Severity) -> &mut u32 {
        &mut self.0[severity as usize]
    }
}

/// All rows as columns, for rules that look at everything. Ids stand for texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueColumns {
    /// 0 (info) to 4 (critical).
    pub severities: Vec<u8>,
    /// Ids of rules.
    pub rules: Vec<u32>,
    /// Ids of paths.
    pub paths: Vec<u32>,
    /// Counted from 1; 0 where unknown.
    pub lines: Vec<u32>,
}

/// The issues of one document.
#[derive(Debug)]
pub struct ScanReport(pub(crate) backend::Scan);

impl ScanReport {
    /// How many there are of each severity.
    #[must_use]
    pub fn count(&self, filter: &IssueFilter) -> SeverityCounts {
        self.0.count(filter)
    }

    /// Those issues, in order of appearance.
    #[must_use]
    pub fn issues(&self, filter: &IssueFilter, fields: IssueFields, offset: u32, limit: u32) -> Vec<Issue> {
        self.0.issues(filter, fields, offset, limit)
    }

    /// All issues as columns.
    #[must_use]
    pub fn columns(&self) -> IssueColumns {
        self.0.columns()
    }

    /// The text behind an id of [`ScanReport::columns`].
    #[must_use]
    pub fn text(&self, id: u32) -> String {
        self.0.text(id)
    }

    /// Issues here that `other` has not, by fingerprint: what is new against a baseline.
    #[must_use]
    pub fn not_in(&self, other: &Self, filter: &IssueFilter, fields: IssueFields, limit: u32) -> Vec<Issue> {
        self.0.not_in(&other.0, filter, fields, limit)
    }
}
