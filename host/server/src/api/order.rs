//! What is sent to a program that carries an order out. Its form is `policies/schema/order.schema.json`.

pub mod decided;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    notice::{NoticeKind, NoticeState},
    rollback::{NewRollback, Ordered},
};

/// The form of what is sent.
const FORM_VERSION: u32 = 1;

/// An order, as the answer of its decision names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBody {
    /// Its id.
    pub id: String,
    /// `remediate`, `hold` or `forced`.
    pub kind: String,
    /// Its name, as the policy set and the configuration have it.
    pub order: String,
    /// `pending`, `delivered` or `failed` (given up).
    pub state: String,
    /// When it was taken; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<String>,
}

impl OrderBody {
    /// As it stands.
    #[must_use]
    pub fn of(id: &str, kind: NoticeKind, (order, state): (&str, NoticeState), delivered: Option<Timestamp>) -> Self {
        Self {
            id: id.to_owned(),
            kind: kind.word().to_owned(),
            order: order.to_owned(),
            state: state.word().to_owned(),
            delivered_at: delivered.map(|at| at.to_string()),
        }
    }
}

/// An order.
#[derive(Debug, Serialize)]
pub struct OrderSent {
    v: u32,
    id: String,
    kind: &'static str,
    order: String,
    at: String,
    /// What a workflow is run with, as its inputs.
    inputs: BTreeMap<&'static str, String>,
    decision: OrderedBy,
    rollback: SentRollback,
}

/// From which decision an order follows.
#[derive(Debug, Serialize)]
pub struct OrderedBy {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// What is to be rolled back, and why.
#[derive(Debug, Serialize)]
pub struct SentRollback {
    id: String,
    environment: String,
    service: String,
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    reasons: Vec<String>,
    #[serde(skip)]
    decision: String,
}

impl SentRollback {
    /// As it was recorded.
    #[must_use]
    pub fn of(new: &NewRollback, ordered: &Ordered) -> Self {
        let text = |text: &std::sync::Arc<str>| text.to_string();
        Self {
            id: new.id.to_string(),
            environment: new.environment.to_string(),
            service: new.service.to_string(),
            from: new.from.to_string(),
            to: ordered.to.to_string(),
            to_decision: ordered.to_decision.as_ref().map(ToString::to_string),
            watch: new.watch.as_ref().map(text),
            by: new.by.as_ref().map(text),
            reason: new.reason.as_ref().map(text),
            reasons: new.reasons.iter().map(text).collect(),
            decision: new.decision.to_string(),
        }
    }
}

impl OrderSent {
    /// The order to roll a service back.
    #[must_use]
    pub fn rollback(rollback: SentRollback, (ordered, at): (&Ordered, Timestamp), public_url: Option<&str>) -> Self {
        let inputs = [("rollback_to", rollback.to.clone()), ("service", rollback.service.clone())];
        let link = public_url.map(|url| format!("{url}/v1/decisions/{}", rollback.decision));
        Self {
            v: FORM_VERSION,
            id: ordered.notice.to_string(),
            kind: NoticeKind::RollbackOrdered.word(),
            order: ordered.order.to_string(),
            at: at.to_string(),
            inputs: inputs.into(),
            decision: OrderedBy { id: rollback.decision.clone(), link },
            rollback,
        }
    }
}
