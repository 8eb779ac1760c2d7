//! Obligations in JSON.

use serde::{Deserialize, Serialize};
use tidegate_core::time::Timestamp;
use tidegate_ledger::obligation::Obligation;

/// What forced deployments and waivers left to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObligationsBody {
    /// The open ones first, and of those the one that is due first.
    pub obligations: Vec<ObligationBody>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationBody {
    /// Its name.
    pub id: String,
    /// The decision that left it: the forced deployment's, or the first that a waiver let through.
    pub decision: String,
    /// `review`, `tests`, `ticket` or `post_mortem` after a forced deployment, `mend` of what a waiver let through.
    pub kind: String,
    /// The waiver that left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
    /// `open`, `overdue`, `holding` or `fulfilled`.
    pub state: String,
    /// Where.
    pub environment: String,
    /// For which services.
    pub services: Vec<String>,
    /// Who has to see to it.
    pub owner: String,
    /// When the deployment was allowed; RFC 3339.
    pub opened_at: String,
    /// RFC 3339. Of `mend` the moment at which the waiver ends.
    pub due_at: String,
    /// From when on it holds deployments; RFC 3339. Absent: it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_from: Option<String>,
    /// Who did it, and with what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fulfilled: Option<FulfilledBody>,
}

/// A fulfilment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilledBody {
    /// Who; authenticated.
    pub person: String,
    /// An address, a decision, or words.
    pub with: String,
    /// RFC 3339.
    pub at: String,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}

/// Somebody's word that it is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentRequest {
    /// An address (`ticket`, `post_mortem`), a later decision's id (`tests`, `mend`), or words (`review`).
    pub with: String,
}

impl ObligationBody {
    /// As it stands at a moment.
    #[must_use]
    pub fn of(obligation: &Obligation, now: Timestamp) -> Self {
        let Obligation {
            id,
            decision,
            kind,
            waiver,
            environment,
            services,
            owner,
            opened_at,
            due,
            holds_from,
            fulfilled,
        } = obligation;
        let state = match fulfilled {
            Some(_) => "fulfilled",
            None if holds_from.is_some_and(|from| from <= now) => "holding",
            None if *due <= now => "overdue",
            None => "open",
        };
        Self {
            id: id.to_string(),
            decision: decision.to_string(),
            kind: kind.word().to_owned(),
            waiver: waiver.as_ref().map(ToString::to_string),
            state: state.to_owned(),
            environment: environment.to_string(),
            services: services.iter().map(ToString::to_string).collect(),
            owner: owner.to_string(),
            opened_at: opened_at.to_string(),
            due_at: due.to_string(),
            holds_from: holds_from.map(|from| from.to_string()),
            fulfilled: fulfilled.as_ref().map(|done| FulfilledBody {
                person: done.person.to_string(),
                with: done.with.to_string(),
                at: done.at.to_string(),
                leaf_index: done.leaf_index,
            }),
        }
    }
}
