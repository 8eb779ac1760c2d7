//! What leaves of rollbacks say, field by field, in canonical order.

use crate::{
    id::DecisionId,
    private::Private,
    rollback::{Fate, NewRollback, Ordered, Withheld},
    shape::{maybe, one},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};

/// A rollback was ordered or withheld.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollbackPart {
    #[serde(with = "one")]
    pub(super) at: Timestamp,
    by: Option<Private>,
    cause: Arc<str>,
    decision: String,
    detail: Option<Arc<str>>,
    #[serde(with = "one")]
    environment: EnvironmentName,
    #[serde(with = "one")]
    from: Version,
    id: Arc<str>,
    notice: Option<Arc<str>>,
    order: Option<Arc<str>>,
    reason: Option<Private>,
    reasons: Vec<Arc<str>>,
    #[serde(with = "one")]
    service: ServiceName,
    #[serde(with = "maybe")]
    to: Option<Version>,
    to_decision: Option<String>,
    watch: Option<Arc<str>>,
    withheld: Option<Arc<str>>,
}

impl RollbackPart {
    pub(super) fn of(said: &NewRollback, at: Timestamp) -> Self {
        let ordered = said.ordered();
        let (withheld, detail) = match &said.fate {
            Fate::Withheld { why, detail } => (Some(why.word().into()), Some(detail.clone())),
            Fate::Ordered(_) => (None, None),
        };
        Self {
            at,
            by: said.by.clone().map(Private::Text),
            cause: said.cause.clone(),
            decision: said.decision.as_str().to_owned(),
            detail,
            environment: said.environment.clone(),
            from: said.from.clone(),
            id: said.id.clone(),
            notice: ordered.map(|ordered| ordered.notice.clone()),
            order: ordered.map(|ordered| ordered.order.clone()),
            reason: said.reason.clone().map(Private::Text),
            reasons: said.reasons.clone(),
            service: said.service.clone(),
            to: ordered.map(|ordered| ordered.to.clone()),
            to_decision: ordered
                .and_then(|ordered| ordered.to_decision.as_ref())
                .map(|decision| decision.as_str().to_owned()),
            watch: said.watch.clone(),
            withheld,
        }
    }

    pub(super) fn privates(&mut self) -> Vec<&mut Private> {
        self.by.iter_mut().chain(&mut self.reason).collect()
    }

    /// None where it says neither what was ordered nor why nothing was.
    pub(super) fn said(&self) -> Option<NewRollback> {
        Some(NewRollback {
            id: self.id.clone(),
            cause: self.cause.clone(),
            watch: self.watch.clone(),
            by: self.by.as_ref().map(Private::shown),
            reason: self.reason.as_ref().map(Private::shown),
            reasons: self.reasons.clone(),
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: self.environment.clone(),
            service: self.service.clone(),
            from: self.from.clone(),
            fate: self.fate()?,
            still: None,
        })
    }

    fn fate(&self) -> Option<Fate> {
        if let Some(why) = &self.withheld {
            return Some(Fate::Withheld { why: Withheld::parse(why)?, detail: self.detail.clone()? });
        }
        let to_decision = self.to_decision.as_deref().map(DecisionId::parse).transpose().ok()?;
        let (to, order, notice) = (self.to.clone()?, self.order.clone()?, self.notice.clone()?);
        Some(Fate::Ordered(Ordered { to, to_decision, order, notice }))
    }
}
