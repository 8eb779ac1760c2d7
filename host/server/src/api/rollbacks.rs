//! Rollbacks in JSON.

use serde::{Deserialize, Serialize};
use tidegate_ledger::{
    notice::{Notice, NoticeState},
    rollback::{Fate, Rollback},
    stored::StoredDecision,
};

/// What people do with a database that has to go back, too: the gate orders none of it.
const DATABASE: [&str; 3] =
    ["see which migration is applied", "go back by one migration, if that is safe", "see that the data are whole"];

/// Somebody asks for a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackRequestBody {
    /// The decision by which the deployment went that is to be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Instead: where the deployment that began last is to be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// One of its services alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `previous`, or a version.
    pub to: String,
    /// Why; at least 10 characters.
    pub reason: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackAnswerBody {
    /// Whether all of it was ordered.
    pub ordered: bool,
    /// The decision whose deployment is undone.
    pub decision: String,
    /// The attempt, as its caller named it.
    pub deployment: String,
    /// Where.
    pub environment: String,
    /// One for each service.
    pub rollbacks: Vec<RollbackBody>,
    /// What a database needs.
    pub database: DatabaseBody,
}

/// What a database needs when what uses it goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseBody {
    /// Never: the gate orders no downgrade.
    pub ordered: bool,
    /// What a person does and attests, if it is needed at all.
    pub by_hand: Vec<String>,
}

/// One service's rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackBody {
    /// Its own id.
    pub id: String,
    /// `ordered`, or `withheld`: then a person has to.
    pub state: String,
    /// The decision whose deployment is undone.
    pub decision: String,
    /// Where.
    pub environment: String,
    /// What.
    pub service: String,
    /// The version that was deployed.
    pub from: String,
    /// The version that is to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The decision by which it ran there, where the gate looked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_decision: Option<String>,
    /// The order, as the configuration names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// How the order stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryBody>,
    /// Why nothing was ordered: `cool_down`, `cap`, `no_previous`, `superseded` or `no_order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The watch that wished it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<String>,
    /// Why, in the watch's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Who asked for it; authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When; RFC 3339.
    pub at: String,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}

/// How an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryBody {
    /// What its receiver knows it by.
    pub id: String,
    /// `pending`, `delivered`, or `failed` (given up).
    pub state: String,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was taken; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<String>,
    /// Why it was not taken the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbacksBody {
    /// The newest first.
    pub rollbacks: Vec<RollbackBody>,
    /// The `cursor` of the next page, if there may be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl RollbackAnswerBody {
    /// As it was recorded.
    #[must_use]
    pub fn of(undone: &StoredDecision, ordered: bool, rollbacks: &[Rollback]) -> Self {
        let deployment = &undone.judgement.deployment;
        Self {
            ordered,
            decision: undone.circumstances.decision.to_string(),
            deployment: deployment.id().to_owned(),
            environment: deployment.environment().to_string(),
            rollbacks: rollbacks.iter().map(RollbackBody::of).collect(),
            database: DatabaseBody { ordered: false, by_hand: DATABASE.map(str::to_owned).into() },
        }
    }
}

impl RollbackBody {
    /// As it was recorded.
    #[must_use]
    pub fn of(rollback: &Rollback) -> Self {
        let new = &rollback.new;
        let text = |text: &std::sync::Arc<str>| text.to_string();
        let ordered = new.ordered();
        let (state, withheld, detail) = match &new.fate {
            Fate::Ordered(_) => ("ordered", None, None),
            Fate::Withheld { why, detail } => ("withheld", Some(why.word().to_owned()), Some(text(detail))),
        };
        Self {
            id: text(&new.id),
            state: state.to_owned(),
            decision: new.decision.to_string(),
            environment: new.environment.to_string(),
            service: new.service.to_string(),
            from: new.from.to_string(),
            to: ordered.map(|ordered| ordered.to.to_string()),
            to_decision: ordered.and_then(|ordered| ordered.to_decision.as_ref()).map(ToString::to_string),
            order: ordered.map(|ordered| text(&ordered.order)),
            delivery: None,
            withheld,
            detail,
            watch: new.watch.as_ref().map(text),
            reasons: new.reasons.iter().map(text).collect(),
            by: new.by.as_ref().map(text),
            reason: new.reason.as_ref().map(text),
            at: rollback.at.to_string(),
            leaf_index: rollback.leaf_index,
        }
    }

    /// With the order as it stands.
    #[must_use]
    pub fn with(self, order: Option<&Notice>) -> Self {
        let delivery = |order: &Notice| DeliveryBody {
            id: order.id.to_string(),
            state: match order.state {
                NoticeState::Undeliverable => NoticeState::Failed.word(),
                state => state.word(),
            }
            .to_owned(),
            attempts: order.attempts,
            delivered_at: order.delivered_at.map(|at| at.to_string()),
            last_error: order.last_error.clone(),
        };
        Self { delivery: order.map(delivery), ..self }
    }
}
