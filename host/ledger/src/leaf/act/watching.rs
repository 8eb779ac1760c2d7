//! What leaves of watches say, field by field, in canonical order.

use crate::{
    id::DecisionId,
    private::Private,
    shape::{maybe, one},
    watch::{NewWatch, WatchCancel, WatchCause, WatchChange, WatchState},
    watch_alert::{AlertState, WatchAlert},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, name::EnvironmentName, observation::Advice, time::Timestamp};

/// A watch began.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    cause: Arc<str>,
    decision: String,
    #[serde(with = "one")]
    deployed_at: Timestamp,
    #[serde(with = "one")]
    ends_at: Timestamp,
    #[serde(with = "one")]
    environment: EnvironmentName,
    id: Arc<str>,
    #[serde(with = "one")]
    plan: Digest,
    #[serde(with = "one")]
    step: Duration,
}

impl WatchPart {
    pub(super) fn of(said: &NewWatch, at: Timestamp) -> Self {
        Self {
            at,
            by: Private::Text(said.by.clone()),
            cause: said.cause.word().into(),
            decision: said.decision.as_str().to_owned(),
            deployed_at: said.deployed_at,
            ends_at: said.ends_at,
            environment: said.environment.clone(),
            id: said.id.clone(),
            plan: said.plan,
            step: said.step,
        }
    }

    /// None where it names what no leaf can.
    pub(super) fn begun(&self) -> Option<NewWatch> {
        Some(NewWatch {
            id: self.id.clone(),
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: self.environment.clone(),
            cause: WatchCause::parse(&self.cause)?,
            by: self.by.shown(),
            plan: self.plan,
            deployed_at: self.deployed_at,
            ends_at: self.ends_at,
            step: self.step,
        })
    }
}

/// A watch stands otherwise than before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchChangePart {
    advice: Option<String>,
    #[serde(with = "maybe")]
    answer: Option<Digest>,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Option<Private>,
    id: Arc<str>,
    #[serde(with = "one")]
    looks: u64,
    number: u32,
    pub(super) reason: Option<Private>,
    state: String,
    why: Option<Arc<str>>,
    #[serde(with = "maybe")]
    window: Option<Digest>,
}

impl WatchChangePart {
    pub(super) fn of(said: &WatchChange, at: Timestamp) -> Self {
        let cancelled = said.cancelled.as_ref();
        Self {
            advice: said.advice.map(|advice| advice.word().to_owned()),
            answer: said.answer,
            at,
            by: cancelled.map(|cancel| Private::Text(cancel.by.clone())),
            id: said.id.clone(),
            looks: said.looks,
            number: said.number,
            reason: cancelled.map(|cancel| Private::Text(cancel.reason.clone())),
            state: said.state.word().to_owned(),
            why: said.why.clone(),
            window: said.window,
        }
    }

    /// None where it says what no leaf can.
    pub(super) fn changed(&self) -> Option<WatchChange> {
        let advice = match &self.advice {
            None => None,
            Some(word) => Some(Advice::ALL.into_iter().find(|advice| advice.word() == word)?),
        };
        let cancelled = match (&self.by, &self.reason) {
            (Some(by), Some(reason)) => Some(WatchCancel { by: by.shown(), reason: reason.shown() }),
            _ => None,
        };
        Some(WatchChange {
            id: self.id.clone(),
            number: self.number,
            state: WatchState::parse(&self.state)?,
            advice,
            window: self.window,
            answer: self.answer,
            looks: self.looks,
            why: self.why.clone(),
            cancelled,
        })
    }
}

/// An alert was handed in about what is watched.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WatchAlertPart {
    #[serde(with = "one")]
    alert: Digest,
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    pub(super) by: Private,
    fingerprint: Arc<str>,
    pub(super) labels: Private,
    #[serde(with = "one")]
    left_out: u64,
    #[serde(with = "one")]
    since: Timestamp,
    state: String,
    watch: Arc<str>,
}

impl WatchAlertPart {
    pub(super) fn of(said: &WatchAlert, at: Timestamp) -> Self {
        Self {
            alert: said.key,
            at,
            by: Private::Text(said.by.clone()),
            fingerprint: said.fingerprint.clone(),
            labels: Private::Text(said.labels.clone()),
            left_out: said.left_out,
            since: said.since,
            state: said.state.word().to_owned(),
            watch: said.watch.clone(),
        }
    }

    /// None where it says what no leaf can.
    pub(super) fn said(&self) -> Option<WatchAlert> {
        Some(WatchAlert {
            watch: self.watch.clone(),
            key: self.alert,
            state: AlertState::parse(&self.state)?,
            since: self.since,
            fingerprint: self.fingerprint.clone(),
            labels: self.labels.shown(),
            left_out: self.left_out,
            by: self.by.shown(),
        })
    }
}
