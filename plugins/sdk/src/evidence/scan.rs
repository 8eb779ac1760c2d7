//! Issues of a static analysis, an accessibility check, a secret scanner.

use crate::{
    backend,
    finding::{Location, Severity},
};
use std::ops::{Index, IndexMut};

/// What a scan looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScanKind {
    /// Mistakes in code or style; also where a report does not say.
    #[default]
    Analysis,
    /// Passwords, keys and tokens.
    Secrets,
    /// Configuration of infrastructure and images.
    Misconfigurations,
    /// Barriers for people.
    Accessibility,
    /// Licences.
    Licenses,
}

/// Whether an issue is suppressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Suppression {
    /// It is not.
    #[default]
    None,
    /// The document says so, on nobody's word that counts: the issue counts.
    Claimed,
    /// The document says so, and comes from a signer or an author whom the stage lists.
    Trusted,
}

/// How many issues are suppressed, by whose word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SuppressionCounts {
    /// On nobody's word that counts.
    pub claimed: u32,
    /// By somebody whom the stage lists.
    pub trusted: u32,
}

/// One issue.
#[derive(Debug, Clone, PartialEq)]
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
    /// How grave it is for security, 0 to 10, where the tool says so.
    pub score: Option<f64>,
    /// Whether it is suppressed, and whether that counts.
    pub suppression: Suppression,
    /// The tool's tags; none unless asked for.
    pub tags: Vec<String>,
}

/// Which issues are meant. At most 256 entries a list.
#[derive(Debug, Clone, PartialEq)]
pub struct IssueFilter {
    /// This bad or worse.
    pub at_least: Severity,
    /// Also those whose suppression counts. Those with a mere claim are always included.
    pub include_suppressed: bool,
    /// Only those with a security score of at least this.
    pub score_at_least: Option<f64>,
    /// Rule ids or tags to keep; a trailing `*` matches a prefix. Empty keeps all.
    pub only: Vec<String>,
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
    /// 0 (info) to 4 (critical), 64 more for a claimed suppression, 128 more for one that counts.
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
    /// What it looked for.
    #[must_use]
    pub fn kind(&self) -> ScanKind {
        self.0.kind()
    }

    /// How many issues of this filter are suppressed, by whose word; `include_suppressed` is not looked at.
    #[must_use]
    pub fn suppressions(&self, filter: &IssueFilter) -> SuppressionCounts {
        self.0.suppressions(filter)
    }

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

    /// Issues here that none of the others has, by fingerprint: what is new against a baseline. Without others, all of them.
    #[must_use]
    pub fn not_in(
        &self,
        others: &[&Self],
        filter: &IssueFilter,
        fields: IssueFields,
        offset: u32,
        limit: u32,
    ) -> Vec<Issue> {
        let others: Vec<_> = others.iter().map(|other| &other.0).collect();
        self.0.not_in(&others, filter, fields, offset, limit)
    }
}
