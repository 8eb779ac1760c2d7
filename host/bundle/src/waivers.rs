//! Waivers of policy sets, from files of their own.
//!
//! **Invariant:** nobody approves their own; none lasts longer than its set allows; one of a rule that the set calls narrow names what
//! it is about. Whether one counts is asked at the moment of a decision.

use crate::{
    document::{Mistake, Position, Positions},
    glob::Glob,
};
use serde_json::{Value, json};
use std::{fmt, sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, name::PolicySetId, waiver::Waiver};

/// Waivers in one bundle, at most.
pub const WAIVERS_MAX: usize = 256;

/// What a policy set says of waivers. A set that says nothing takes none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRules {
    /// From its beginning to its end, at most.
    pub max_lifetime: Duration,
    /// Rules whose waivers name a subject or a fingerprint.
    pub narrow: Vec<RuleGlob>,
    /// Whose word it is that somebody agreed.
    pub agreement: Agreement,
}

/// Whose word it is that somebody agreed to a waiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Agreement {
    /// The file's: whoever may change it is believed.
    #[default]
    Filed,
    /// The person's own, recorded by the gate.
    Recorded,
}

/// `stage/rule`; a trailing `*` of either part matches a prefix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleGlob {
    stage: Glob,
    rule: Glob,
}

impl RuleGlob {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (stage, rule) = text.split_once('/').ok_or("is no `stage/rule`")?;
        let part = |text: &str| Glob::parse(text).map_err(|error| error.to_string());
        Ok(Self { stage: part(stage)?, rule: part(rule)? })
    }

    pub(crate) fn fits(&self, stage: &str, rule: &str) -> bool {
        self.stage.fits(stage) && self.rule.fits(rule)
    }
}

impl fmt::Display for RuleGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stage, self.rule)
    }
}

/// A waiver and the set it is of.
#[derive(Debug)]
pub struct WaiverOf {
    /// The policy set whose findings it tolerates.
    pub of: PolicySetId,
    /// The waiver.
    pub waiver: Waiver,
    pub(crate) positions: Arc<Positions>,
    pub(crate) index: usize,
}

impl WaiverOf {
    /// A mistake or a warning that has to do with this waiver, at the place of that key of it.
    #[must_use]
    pub fn mistake(&self, key: &str, message: String, hint: Option<&str>) -> Mistake {
        let pointer = format!("/waivers/{}/{key}", self.index);
        let Position { line, column } = self.positions.at(&pointer);
        let hint = hint.map(str::to_owned);
        Mistake { file: self.positions.file().to_owned(), line, column, pointer, message, hint }
    }

    /// Of everything that it says: what is agreed to is this waiver, and not what becomes of it later.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(crate::canonical::text(&self.canonical()).as_bytes())
    }

    /// Everything that it says, in one form.
    pub(crate) fn canonical(&self) -> Value {
        let Waiver { id, rules, scope, reason, owner, approved_by, from, expires, ticket, awaits_agreement: _ } =
            &self.waiver;
        let rules: Vec<String> = rules.iter().map(|(stage, rule)| format!("{stage}/{rule}")).collect();
        json!({
            "id": id.as_str(),
            "of": self.of.as_str(),
            "rules": rules,
            "scope": {
                "service": scope.service.as_ref().map(ToString::to_string),
                "environment": scope.environment.as_ref().map(ToString::to_string),
                "artifact": scope.artifact.map(|digest| digest.to_string()),
                "subject": scope.subject.as_deref(),
                "fingerprint": scope.fingerprint.as_deref(),
            },
            "reason": &**reason,
            "owner": &**owner,
            "approved_by": &**approved_by,
            "from": from.to_string(),
            "expires": expires.to_string(),
            "ticket": ticket.as_deref(),
        })
    }
}
