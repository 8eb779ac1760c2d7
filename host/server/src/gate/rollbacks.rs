//! Rollbacks: what is ordered for each service of a deployment, and why nothing is.
//!
//! **Invariant:** an order is written with the leaf that says so, in one transaction, and of one cause there is one for each service: whoever
//! wishes again, after a restart or on another gate, finds what came of it. **Invariant:** nothing here touches a database of what was
//! deployed.

pub mod by_hand;
mod fate;
mod reading;

use crate::{
    api::order::{OrderSent, SentRollback},
    gate::{Gate, activation::act, clock, error::GateError},
};
use std::sync::Arc;
use tidegate_core::{
    deployment::Service,
    name::{ServiceName, Version},
    time::Timestamp,
};
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    id::DecisionId,
    notice::{NewNotice, NoticeKind},
    rollback::{NewRollback, Rollback},
    stored::StoredDecision,
};

/// How often a rollback is judged anew because another was faster.
const TRIES_MAX: usize = 8;

/// Somebody's or something's wish that services run what they ran before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackWish {
    /// From what it follows.
    pub cause: Cause,
    /// By which the deployment went that is to be undone.
    pub decision: DecisionId,
    /// Services of it, each of which is ordered by itself.
    pub services: Vec<ServiceName>,
    /// What they are to run.
    pub to: RollbackTo,
}

/// From what a wish follows. Of one cause there is one rollback of a service, ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A watch's advice.
    Watch {
        /// Its id.
        watch: Arc<str>,
        /// Why, in its words.
        reasons: Vec<Arc<str>>,
    },
    /// Whoever asked.
    Person {
        /// Who; authenticated.
        name: Arc<str>,
        /// Why, in their words.
        reason: Arc<str>,
        /// What this request is known by when it comes again.
        request: Arc<str>,
    },
}

/// What services are to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackTo {
    /// What each ran before.
    Previous,
    /// This.
    Version(Version),
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackAnswer {
    /// One for each service, in the order of the wish.
    pub rollbacks: Vec<Rollback>,
}

impl RollbackAnswer {
    /// Whether everything that was wished for was ordered.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.rollbacks.iter().all(|rollback| rollback.new.ordered().is_some())
    }
}

impl Cause {
    fn key(&self) -> Arc<str> {
        match self {
            Self::Watch { watch, .. } => format!("watch/{watch}").into(),
            Self::Person { request, .. } => format!("person/{request}").into(),
        }
    }
}

impl Gate {
    /// Orders a rollback of each service, or records why a person has to see to it. Again, it answers what came of it the first time.
    pub async fn order_rollback(&self, wish: RollbackWish) -> Result<RollbackAnswer, GateError> {
        let unknown = || GateError::Internal(format!("a rollback of `{}`, which is not recorded", wish.decision));
        let undone = self.ledger().decision(&wish.decision).await?.ok_or_else(unknown)?;
        let mut rollbacks = Vec::new();
        for name in &wish.services {
            let unknown = || GateError::Internal(format!("`{}` did not deploy `{name}`", wish.decision));
            let service = undone.judgement.deployment.service(name).ok_or_else(unknown)?;
            rollbacks.push(self.order_one(&wish, &undone, service).await?);
        }
        Ok(RollbackAnswer { rollbacks })
    }

    async fn order_one(
        &self,
        wish: &RollbackWish,
        undone: &StoredDecision,
        service: &Service,
    ) -> Result<Rollback, GateError> {
        let cause = wish.cause.key();
        for _ in 0..TRIES_MAX {
            let before = self.ledger().rollbacks_of(&cause).await?;
            if let Some(known) = before.into_iter().find(|known| known.new.service == service.name) {
                return Ok(known);
            }
            let now = clock::now();
            let new = self.judged(wish, undone, service, now).await?;
            let notice = new.ordered().map(|_| self.order_of(&new, now)).transpose()?;
            let mut record = act(Act::RolledBack(new.clone()), Vec::new());
            record.at = now;
            record.notices.extend(notice);
            match self.ledger().act(record).await {
                Ok(recorded) => {
                    self.trace_rollback(&new).await;
                    return Ok(Rollback { new, leaf_index: recorded.leaf_index, at: now });
                }
                // Another was ordered meanwhile, of this cause or of another one.
                Err(RecordError::Faster(Faster::RolledBack)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GateError::Faster(Faster::RolledBack))
    }

    /// A wish as it is to be recorded, judged by what the record is at this moment.
    async fn judged(
        &self,
        wish: &RollbackWish,
        undone: &StoredDecision,
        service: &Service,
        now: Timestamp,
    ) -> Result<NewRollback, GateError> {
        let (fate, newest) = self.fate(wish, undone, service, now).await?;
        let (watch, reasons, by, reason) = match &wish.cause {
            Cause::Watch { watch, reasons } => (Some(watch.clone()), reasons.clone(), None, None),
            Cause::Person { name, reason, .. } => (None, Vec::new(), Some(name.clone()), Some(reason.clone())),
        };
        Ok(NewRollback {
            id: uuid::Uuid::now_v7().to_string().into(),
            cause: wish.cause.key(),
            watch,
            by,
            reason,
            reasons,
            decision: wish.decision.clone(),
            environment: undone.judgement.deployment.environment().clone(),
            service: service.name.clone(),
            from: service.version.clone(),
            fate,
            still: Some(newest),
        })
    }

    /// What is sent to whoever carries it out.
    fn order_of(&self, new: &NewRollback, now: Timestamp) -> Result<NewNotice, GateError> {
        let missing = || GateError::Internal(format!("rollback `{}` orders nothing", new.id));
        let ordered = new.ordered().ok_or_else(missing)?;
        let sent = OrderSent::rollback(SentRollback::of(new, ordered), (ordered, now), self.public_url());
        let body = serde_json::to_string(&sent).map_err(|error| GateError::Internal(error.to_string()))?;
        Ok(NewNotice {
            id: ordered.notice.clone(),
            kind: NoticeKind::RollbackOrdered,
            decision: new.decision.clone(),
            contact: ordered.order.clone(),
            address: Arc::from(""),
            body: body.into(),
            at: now,
        })
    }
}
