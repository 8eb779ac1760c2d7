//! Issues in this process.

use super::page;
use crate::{
    evidence::scan::{
        Issue, IssueColumns, IssueFields, IssueFilter, ScanKind, SeverityCounts, Suppression, SuppressionCounts,
    },
    pattern,
};
use std::{collections::HashSet, rc::Rc};

#[derive(Debug)]
pub(crate) struct ScanRows {
    pub(crate) kind: ScanKind,
    pub(crate) issues: Vec<Issue>,
}

#[derive(Debug)]
pub(crate) struct Scan(pub(crate) Rc<ScanRows>);

impl Scan {
    pub(crate) fn kind(&self) -> ScanKind {
        self.0.kind
    }

    pub(crate) fn suppressions(&self, filter: &IssueFilter) -> SuppressionCounts {
        let filter = IssueFilter { include_suppressed: true, ..filter.clone() };
        let mut counts = SuppressionCounts::default();
        for issue in self.kept(&filter) {
            match issue.suppression {
                Suppression::None => {}
                Suppression::Claimed => counts.claimed += 1,
                Suppression::Trusted => counts.trusted += 1,
            }
        }
        counts
    }

    pub(crate) fn count(&self, filter: &IssueFilter) -> SeverityCounts {
        let mut counts = SeverityCounts::default();
        for issue in self.kept(filter) {
            counts[issue.severity] += 1;
        }
        counts
    }

    pub(crate) fn issues(&self, filter: &IssueFilter, fields: IssueFields, offset: u32, limit: u32) -> Vec<Issue> {
        page(self.kept(filter).map(|issue| with_fields(issue, fields)), offset, limit)
    }

    pub(crate) fn columns(&self) -> IssueColumns {
        let texts = self.texts();
        let id = |text: &str| texts.iter().position(|known| *known == text).map_or(0, index);
        let mut columns = IssueColumns::default();
        for issue in self.0.issues.iter() {
            let suppressed = match issue.suppression {
                Suppression::None => 0,
                Suppression::Claimed => 64,
                Suppression::Trusted => 128,
            };
            columns.severities.push(issue.severity as u8 | suppressed);
            columns.rules.push(id(&issue.rule));
            columns.paths.push(issue.location.as_ref().map_or(0, |at| id(&at.uri)));
            columns.lines.push(issue.location.as_ref().and_then(|at| at.line).unwrap_or(0));
        }
        columns
    }

    pub(crate) fn text(&self, id: u32) -> String {
        self.texts().get(id as usize).copied().unwrap_or_default().to_owned()
    }

    pub(crate) fn not_in(
        &self,
        others: &[&Self],
        filter: &IssueFilter,
        fields: IssueFields,
        offset: u32,
        limit: u32,
    ) -> Vec<Issue> {
        let known: HashSet<&str> =
            others.iter().flat_map(|other| &other.0.issues).map(|issue| &*issue.fingerprint).collect();
        let new = self.kept(filter).filter(|issue| !known.contains(&*issue.fingerprint));
        page(new.map(|issue| with_fields(issue, fields)), offset, limit)
    }

    fn kept<'a>(&'a self, filter: &'a IssueFilter) -> impl Iterator<Item = &'a Issue> {
        self.0.issues.iter().filter(|issue| is_kept(issue, filter))
    }

    /// Id 0 is the empty text.
    fn texts(&self) -> Vec<&str> {
        let mut texts = vec![""];
        let uris = self.0.issues.iter().filter_map(|issue| issue.location.as_ref()).map(|at| &*at.uri);
        for text in self.0.issues.iter().map(|issue| &*issue.rule).chain(uris) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }
}

fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn is_kept(issue: &Issue, filter: &IssueFilter) -> bool {
    let named =
        |pattern: &String| [&issue.rule].into_iter().chain(&issue.tags).any(|name| pattern::matches(pattern, name));
    let under = |prefix: &String| issue.location.as_ref().is_some_and(|at| at.uri.starts_with(&**prefix));
    issue.severity >= filter.at_least
        && (filter.include_suppressed || issue.suppression != Suppression::Trusted)
        && filter.score_at_least.is_none_or(|least| issue.score.is_some_and(|score| score >= least))
        && (filter.only.is_empty() || filter.only.iter().any(named))
        && !filter.except.iter().any(named)
        && !filter.except_under.iter().any(under)
}

fn with_fields(issue: &Issue, fields: IssueFields) -> Issue {
    Issue {
        rule: issue.rule.clone(),
        severity: issue.severity,
        message: if fields.message { issue.message.clone() } else { String::new() },
        location: issue.location.clone().filter(|_| fields.location),
        fingerprint: if fields.fingerprint { issue.fingerprint.clone() } else { String::new() },
        score: issue.score,
        suppression: issue.suppression,
        tags: if fields.tags { issue.tags.clone() } else { vec![] },
    }
}
