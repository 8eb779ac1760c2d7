//! What an issuer's tokens are good for, by their claims.

use super::{IssuerKind, Reader};
use crate::document::{escaped, quoted};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Claims that say where a program's run comes from: one of these groups narrows a rule to less than a whole repository.
fn places(kind: IssuerKind) -> &'static [&'static [&'static str]] {
    match kind {
        IssuerKind::GithubActions => &[
            &["ref"],
            &["environment"],
            &["job_workflow_ref"],
            &["job_workflow_sha"],
            &["workflow_ref"],
            &["workflow_sha"],
        ],
        // Its `ref` is a short name, which a branch and a tag can share.
        IssuerKind::Gitlab => {
            &[&["ref_path"], &["ref", "ref_type"], &["environment"], &["ci_config_ref_uri"], &["ci_config_sha"]]
        }
        IssuerKind::Generic => &[&[]],
    }
}

/// What tokens with these claims are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Unique among the rules of its issuer.
    pub id: Arc<str>,
    /// All of them.
    pub matches: Vec<ClaimMatch>,
    /// Whose evidence they hand in and read.
    pub scope: Option<String>,
    /// What they may do.
    pub grants: Vec<RuleGrant>,
}

/// Roles for some environments and some services, in the file's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleGrant {
    /// What may be done.
    pub roles: Vec<String>,
    /// Names, or beginnings of names with a trailing `*`.
    pub environments: Vec<String>,
    /// Names, or beginnings of names with a trailing `*`.
    pub services: Vec<String>,
}

/// A claim and what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimMatch {
    /// Its name.
    pub claim: String,
    /// One of these.
    pub patterns: Vec<Pattern>,
}

/// A text, or with a trailing `*` everything that begins so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this text.
    Exactly(String),
    /// Every text that begins so, and goes on.
    Beginning(String),
}

impl ClaimMatch {
    /// Whether the claim is one of them.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| match pattern {
            Pattern::Exactly(exact) => exact == text,
            Pattern::Beginning(beginning) => text.len() > beginning.len() && text.starts_with(beginning.as_str()),
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct RawMatch(#[serde(deserialize_with = "one_or_more")] Vec<String>);

/// The schema lets a text or a list of texts through.
fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Ok(vec![text]),
        other => serde_json::from_value(other).map_err(serde::de::Error::custom),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct RawRule {
    id: String,
    #[serde(rename = "match")]
    matches: BTreeMap<String, RawMatch>,
    scope: Option<String>,
    grants: Vec<RuleGrant>,
}

pub(super) fn matches(reader: &mut Reader<'_>, pointer: &str, raw: &BTreeMap<String, RawMatch>) -> Vec<ClaimMatch> {
    let mut matches = Vec::with_capacity(raw.len());
    for (claim, RawMatch(texts)) in raw {
        let at = format!("{pointer}/{}", escaped(claim));
        let mut patterns = Vec::with_capacity(texts.len());
        for text in texts {
            let (beginning, goes_on) = text.strip_suffix('*').map_or((text.as_str(), false), |text| (text, true));
            if beginning.contains('*') || beginning.is_empty() {
                reader.mistake(&at, format!("{} matches no text, or any", quoted(text)), None);
            }
            let beginning = beginning.to_owned();
            patterns.push(if goes_on { Pattern::Beginning(beginning) } else { Pattern::Exactly(beginning) });
        }
        matches.push(ClaimMatch { claim: claim.clone(), patterns });
    }
    matches
}

pub(super) fn rules(reader: &mut Reader<'_>, pointer: &str, raw: &[RawRule], kind: IssuerKind) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::with_capacity(raw.len());
    for (index, rule) in raw.iter().enumerate() {
        let at = format!("{pointer}/{index}");
        if rules.iter().any(|known| *known.id == *rule.id) {
            reader.mistake(&format!("{at}/id"), format!("{} is defined twice", quoted(&rule.id)), None);
        }
        let matches = matches(reader, &format!("{at}/match"), &rule.matches);
        narrow(reader, &format!("{at}/match"), &matches, kind);
        rules.push(Rule {
            id: Arc::from(rule.id.as_str()),
            matches,
            scope: rule.scope.clone(),
            grants: rule.grants.clone(),
        });
    }
    rules
}

/// Whether every branch fits.
fn every_branch(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Beginning(beginning) if "refs/heads/".starts_with(beginning.as_str()))
}

/// Names can be taken over by others once they are free; numbers and subjects cannot.
fn narrow(reader: &mut Reader<'_>, pointer: &str, matches: &[ClaimMatch], kind: IssuerKind) {
    let immutable = kind.immutable();
    match matches.iter().find(|one| one.claim == immutable) {
        None => {
            let hint = Some("names can be given to others, this cannot");
            reader.mistake(pointer, format!("the rule does not name `{immutable}`"), hint);
        }
        Some(found) if found.patterns.iter().any(|pattern| matches!(pattern, Pattern::Beginning(_))) => {
            let message = format!("`{immutable}` is named whole: what begins alike is somebody else");
            reader.mistake(&format!("{pointer}/{immutable}"), message, None);
        }
        Some(_) => {}
    }
    let is_named =
        |claim: &&str| matches.iter().any(|one| one.claim == *claim && !one.patterns.iter().any(every_branch));
    if !places(kind).iter().any(|group| group.iter().all(is_named)) {
        let hint = match kind {
            IssuerKind::Gitlab => "add e.g. `ref_path: refs/heads/main`",
            IssuerKind::GithubActions | IssuerKind::Generic => "add e.g. `ref: refs/heads/main`",
        };
        let message = "the rule fits every branch: it names neither ref, environment nor workflow";
        reader.mistake(pointer, message, Some(hint));
    }
}
