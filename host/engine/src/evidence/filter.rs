//! Predicates that plugins push down, compiled once and then asked for every row.

use tidegate_core::{
    evidence::{Issue, Suppression},
    finding::Severity,
    time::Timestamp,
    vulnerability::{Exploitability, Vulnerability},
};

/// Texts that are meant: exact, or by prefix where they end in `*`.
#[derive(Debug, Default)]
pub(super) struct Names {
    exact: Vec<String>,
    prefixes: Vec<String>,
}

impl Names {
    /// Compiles a list.
    pub(super) fn new(entries: Vec<String>) -> Self {
        let (mut exact, mut prefixes) = (Vec::new(), Vec::new());
        for mut entry in entries {
            if entry.ends_with('*') {
                entry.pop();
                prefixes.push(entry);
            } else {
                exact.push(entry);
            }
        }
        exact.sort_unstable();
        Self { exact, prefixes }
    }

    fn names(&self, text: &str) -> bool {
        self.exact.binary_search_by(|entry| entry.as_str().cmp(text)).is_ok()
            || self.prefixes.iter().any(|prefix| text.starts_with(prefix.as_str()))
    }

    /// By its rule or one of its tags.
    fn names_issue(&self, issue: &Issue) -> bool {
        self.names(&issue.rule) || issue.tags.iter().any(|tag| self.names(tag))
    }

    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.prefixes.is_empty()
    }
}

/// Files and directories to leave out.
#[derive(Debug, Default)]
pub(super) struct ExceptUnder(Vec<String>);

impl ExceptUnder {
    /// Compiles a list.
    pub(super) fn new(mut entries: Vec<String>) -> Self {
        for entry in &mut entries {
            entry.truncate(entry.trim_end_matches('/').len());
        }
        // What was empty or only slashes would leave out everything or nothing, depending on the reader: it leaves out nothing.
        entries.retain(|entry| !entry.is_empty());
        Self(entries)
    }

    fn names(&self, path: &str) -> bool {
        let under = |entry: &String| {
            path.strip_prefix(entry.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0.iter().any(under)
    }
}

/// Which issues are meant.
#[derive(Debug)]
pub(super) struct IssueFilter {
    pub(super) at_least: Severity,
    pub(super) suppressed: Suppressed,
    pub(super) score_at_least: Option<f64>,
    /// Empty: all.
    pub(super) only: Names,
    pub(super) except: Names,
    pub(super) except_under: ExceptUnder,
}

/// Whether issues count whose suppression is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suppressed {
    Counted,
    LeftOut,
}

impl IssueFilter {
    /// Whether this issue is meant.
    pub(super) fn wants(&self, issue: &Issue) -> bool {
        issue.severity >= self.at_least
            && (issue.suppression != Suppression::Trusted || self.suppressed == Suppressed::Counted)
            && self.score_at_least.is_none_or(|least| issue.score.is_some_and(|score| score >= least))
            && (self.only.is_empty() || self.only.names_issue(issue))
            && (self.except.is_empty() || !self.except.names_issue(issue))
            && !issue.location.as_ref().is_some_and(|location| self.except_under.names(&location.uri))
    }
}

/// Which vulnerabilities are meant.
#[derive(Debug)]
pub(super) struct VulnerabilityFilter {
    pub(super) at_least: Severity,
    pub(super) fixable: Fixable,
    pub(super) not_affected: NotAffected,
    pub(super) exploited: Exploited,
    pub(super) epss_at_least: Option<f64>,
    pub(super) published_before: Option<Timestamp>,
    pub(super) except: Names,
}

/// Whether vulnerabilities count that cannot be fixed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixable {
    Only,
    OrNot,
}

/// Whether vulnerabilities count of which a trusted statement says that they do not matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotAffected {
    Counted,
    LeftOut,
}

/// Whether vulnerabilities count that nobody is known to exploit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exploited {
    Only,
    OrNot,
}

impl VulnerabilityFilter {
    /// Whether this vulnerability is meant.
    pub(super) fn wants(&self, found: &Vulnerability) -> bool {
        found.severity >= self.at_least
            && (self.fixable == Fixable::OrNot || found.fixed.is_some())
            && (self.not_affected == NotAffected::Counted || found.exploitability != Exploitability::NotAffected)
            && (self.exploited == Exploited::OrNot || found.exploitability == Exploitability::KnownExploited)
            && self.epss_at_least.is_none_or(|least| found.epss.is_some_and(|epss| epss.is_nan() || epss >= least))
            && self.published_before.is_none_or(|before| found.published.is_none_or(|at| at < before))
            && (self.except.is_empty()
                || !(self.except.names(&found.id) || found.aliases.iter().any(|alias| self.except.names(alias))))
    }
}

#[cfg(test)]
mod tests;
