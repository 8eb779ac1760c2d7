//! A SARIF result as an issue of core.

use super::{
    rules::Rules,
    shape::{self, Finding, Kind, Level, Location, Message, Properties, Rule, Run},
};
use crate::{
    fingerprint::Fingerprints,
    limits::Limits,
    text::{Interner, bounded},
};
use std::sync::Arc;
use tidegate_core::{
    evidence::{Issue, IssueLocation, Suppression},
    finding::Severity,
};

/// The issues of all runs, as they are collected.
pub(super) struct Issues<'l> {
    limits: &'l Limits,
    texts: Interner,
    untagged: Arc<[Arc<str>]>,
    fingerprints: Fingerprints,
    issues: Vec<Issue>,
}

impl<'l> Issues<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            texts: Interner::default(),
            untagged: Arc::from([]),
            fingerprints: Fingerprints::default(),
            issues: Vec::new(),
        }
    }

    /// What the run found. Results that are no failure, or are gone since the tool's own baseline, are not issues.
    pub(super) fn add(&mut self, run: &Run, rules: &Rules<'_>) {
        for finding in run.results.iter().flatten() {
            let is_failure = finding.kind.is_none_or(|kind| kind == Kind::Fail);
            if is_failure && finding.baseline_state.as_deref() != Some("absent") {
                let issue = self.issue(finding, run, rules);
                self.issues.push(issue);
            }
        }
    }

    pub(super) fn done(self) -> Vec<Issue> {
        self.issues
    }

    fn issue(&mut self, finding: &Finding, run: &Run, rules: &Rules<'_>) -> Issue {
        let rule = rules.find(finding);
        let id = rules.id(finding);
        let message = message(finding, rule);
        let uri = finding.locations.as_ref().and_then(|locations| uri(locations.first()?, run));
        Issue {
            rule: self.texts.bounded(id, self.limits),
            severity: severity(finding, rule),
            score: score(finding, rule),
            message: bounded(message, self.limits),
            fingerprint: self.fingerprint(finding, id, uri.unwrap_or_default(), message),
            location: uri.map(|uri| IssueLocation { uri: self.texts.bounded(uri, self.limits), line: line(finding) }),
            suppression: suppression(finding.suppressions.as_deref().unwrap_or_default()),
            tags: self.tags(finding, rule),
        }
    }

    /// From the tool's fingerprints, else from the message; with rule and path, since tools number within a file.
    fn fingerprint(&mut self, finding: &Finding, rule: &str, uri: &str, message: &str) -> Arc<str> {
        let stated = [&finding.fingerprints, &finding.partial_fingerprints].into_iter().flatten();
        let stated = stated.map(|pairs| pairs.0.as_ref()).find(|pairs| !pairs.is_empty());
        self.fingerprints.of(rule, uri, stated.unwrap_or(message))
    }

    fn tags(&mut self, finding: &Finding, rule: Option<&Rule>) -> Arc<[Arc<str>]> {
        let properties = [rule.and_then(|rule| rule.properties.as_ref()), finding.properties.as_deref()];
        let tags = properties.into_iter().flatten().filter_map(|properties| properties.tags.as_ref()).flatten();
        let tags: Vec<Arc<str>> = tags.map(|tag| self.texts.bounded(tag, self.limits)).collect();
        if tags.is_empty() { Arc::clone(&self.untagged) } else { Arc::from(tags) }
    }
}

fn message<'f>(finding: &'f Finding, rule: Option<&'f Rule>) -> &'f str {
    let own = finding.message.as_ref().and_then(text_of);
    own.or_else(|| rule?.short_description.as_ref().and_then(text_of)).unwrap_or_default()
}

fn text_of(message: &Message) -> Option<&str> {
    message.text.as_deref().or(message.markdown.as_deref())
}

/// `security-severity` of the result, else of its rule; 0 says nothing.
fn score(finding: &Finding, rule: Option<&Rule>) -> Option<f64> {
    let rule_properties = rule.and_then(|rule| rule.properties.as_ref());
    let score = |properties: Option<&Properties>| properties.and_then(|properties| properties.security_severity);
    score(finding.properties.as_deref())
        .or_else(|| score(rule_properties))
        .filter(|score| *score > 0.0)
        .map(|score| score.min(10.0))
}

/// The security score outranks the level: tools that give one write `error` for everything.
fn severity(finding: &Finding, rule: Option<&Rule>) -> Severity {
    match score(finding, rule) {
        Some(score) if score >= 9.0 => Severity::Critical,
        Some(score) if score >= 7.0 => Severity::High,
        Some(score) if score >= 4.0 => Severity::Medium,
        Some(score) if score > 0.0 => Severity::Low,
        _ => match level(finding, rule) {
            Level::Error => Severity::High,
            Level::Warning => Severity::Medium,
            Level::Note => Severity::Low,
            Level::None => Severity::Info,
        },
    }
}

fn level(finding: &Finding, rule: Option<&Rule>) -> Level {
    let configured = rule.and_then(|rule| rule.default_configuration.as_ref()?.level);
    finding.level.or(configured).unwrap_or(Level::Warning)
}

fn uri<'f>(location: &'f Location, run: &'f Run) -> Option<&'f str> {
    let artifact = location.physical_location.as_ref()?.artifact_location.as_ref()?;
    let listed = || {
        let index = usize::try_from(artifact.index?).ok()?;
        run.artifacts.as_ref()?.get(index)?.location.as_ref()?.uri.as_deref()
    };
    artifact.uri.as_deref().or_else(listed)
}

fn line(finding: &Finding) -> Option<u32> {
    let region = finding.locations.as_ref()?.first()?.physical_location.as_ref()?.region.as_ref()?;
    u32::try_from(region.start_line?).ok().filter(|line| *line > 0)
}

/// Suppressed is what somebody suppressed and nobody has yet to agree to or has refused.
fn suppression(suppressions: &[shape::Suppression]) -> Suppression {
    let accepted =
        |suppression: &shape::Suppression| !matches!(suppression.status.as_deref(), Some("underReview" | "rejected"));
    let all = !suppressions.is_empty() && suppressions.iter().all(accepted);
    if all { Suppression::Claimed } else { Suppression::None }
}
