//! What leaves of redactions, retention runs and holds say, field by field, in canonical order.

use crate::{
    hold::{Held, HoldLift, NewHold},
    id::DecisionId,
    private::Private,
    removal::{Redaction, Target, Weight},
    retention::{RetentionRun, Went},
    shape::{maybe, one},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Bodies and texts were taken away on purpose.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactionPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    #[serde(with = "one")]
    bodies: u64,
    /// Of the one that was asked for, where one was.
    #[serde(with = "maybe")]
    body: Option<Digest>,
    pub(super) by: Vec<Private>,
    #[serde(with = "one")]
    bytes: u64,
    decision: Option<String>,
    evidence: Option<Arc<str>>,
    #[serde(with = "one")]
    pub(crate) list: Digest,
    pub(super) reason: Private,
    target: Arc<str>,
    #[serde(with = "one")]
    texts: u64,
    ticket: Option<Arc<str>>,
}

impl RedactionPart {
    pub(super) fn of(said: &Redaction, at: Timestamp) -> Self {
        let Weight { bodies, bytes, texts } = said.weight;
        let (decision, evidence, body) = match &said.target {
            Target::Evidence { decision, label } => (Some(decision.as_str().to_owned()), Some(label.clone()), None),
            Target::Body(digest) => (None, None, Some(*digest)),
            Target::Person(_) => (None, None, None),
        };
        Self {
            at,
            bodies,
            body,
            by: said.by.iter().cloned().map(Private::Text).collect(),
            bytes,
            decision,
            evidence,
            list: said.list,
            reason: Private::Text(said.reason.clone()),
            target: said.target.word().into(),
            texts,
            ticket: said.ticket.clone(),
        }
    }
}

/// Nothing needed bodies any more.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    #[serde(with = "one")]
    pub(crate) list: Digest,
    went: Vec<WentPart>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WentPart {
    #[serde(with = "one")]
    bytes: u64,
    class: Arc<str>,
    #[serde(with = "one")]
    count: u64,
    #[serde(with = "one")]
    until: Timestamp,
}

impl RetentionPart {
    pub(super) fn of(said: &RetentionRun, at: Timestamp) -> Self {
        let part =
            |&Went { class, count, bytes, until }: &Went| WentPart { bytes, class: class.word().into(), count, until };
        let went = said.went.iter().map(part).collect();
        Self { at, by: Private::Text(said.by.clone()), list: said.list, went }
    }
}

/// A hold was placed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    #[serde(with = "maybe")]
    environment: Option<EnvironmentName>,
    #[serde(with = "maybe")]
    from: Option<Timestamp>,
    held_decision: Option<String>,
    id: Arc<str>,
    pub(super) reason: Private,
    #[serde(with = "maybe")]
    service: Option<ServiceName>,
    ticket: Option<Arc<str>>,
    #[serde(with = "maybe")]
    until: Option<Timestamp>,
}

impl HoldPart {
    pub(super) fn of(said: &NewHold, at: Timestamp) -> Self {
        let Held { decision, service, environment, from, until } = &said.held;
        Self {
            at,
            by: Private::Text(said.by.clone()),
            environment: environment.clone(),
            from: *from,
            held_decision: decision.as_ref().map(|id| id.as_str().to_owned()),
            id: said.name.clone(),
            reason: Private::Text(said.reason.clone()),
            service: service.clone(),
            ticket: said.ticket.clone(),
            until: *until,
        }
    }

    /// None where it names a decision as none can be called.
    pub(super) fn placed(&self) -> Option<NewHold> {
        let decision = match &self.held_decision {
            None => None,
            Some(id) => Some(DecisionId::parse(id).ok()?),
        };
        let held = Held {
            decision,
            service: self.service.clone(),
            environment: self.environment.clone(),
            from: self.from,
            until: self.until,
        };
        let (by, reason) = (self.by.shown(), self.reason.shown());
        Some(NewHold { name: self.id.clone(), held, by, reason, ticket: self.ticket.clone() })
    }
}

/// A hold was lifted.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    id: Arc<str>,
    pub(super) reason: Private,
}

impl LiftPart {
    pub(super) fn of(said: &HoldLift, at: Timestamp) -> Self {
        let (by, reason) = (Private::Text(said.by.clone()), Private::Text(said.reason.clone()));
        Self { at, by, id: said.name.clone(), reason }
    }

    pub(super) fn lifted(&self) -> HoldLift {
        HoldLift { name: self.id.clone(), by: self.by.shown(), reason: self.reason.shown() }
    }
}
