//! Rollbacks that somebody asks for.

use super::{Cause, RollbackAnswer, RollbackTo, RollbackWish};
use crate::{
    api::{problem::PlacedError, rollbacks::RollbackRequestBody},
    gate::{
        Gate,
        error::{GateError, parsed, placed},
        meant::{Meant, request_of},
        permits::{reasoned, vouched_there},
    },
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_bundle::rollbacks::ByHand;
use tidegate_core::{
    digest::Digest,
    name::{ServiceName, Version},
};
use tidegate_ledger::{id::DecisionId, stored::StoredDecision};

/// Who may ask for a rollback: whoever may undo what was deployed.
pub const UNDOERS: [Role; 2] = [Role::Override, Role::Operate];
/// The word for what was there before.
const PREVIOUS: &str = "previous";

/// A rollback that is asked for, as it was understood.
#[derive(Debug)]
pub struct Asked {
    undone: Meant,
    service: Option<ServiceName>,
    to: RollbackTo,
    reason: Arc<str>,
    /// Of the request as it was written.
    digest: Digest,
}

impl Asked {
    /// Reads what was asked for, or says everything that is wrong with it.
    pub fn read(body: &RollbackRequestBody) -> Result<Self, GateError> {
        let mut errors: Vec<PlacedError> = Vec::new();
        let undone =
            Meant::read((body.decision.as_deref(), body.environment.as_deref()), "what is to be undone", &mut errors);
        let service = parsed("service", body.service.as_deref(), ServiceName::parse, &mut errors);
        let to = match body.to.as_str() {
            PREVIOUS => Some(RollbackTo::Previous),
            version => Version::parse(version)
                .map_err(|error| errors.push(placed("to", format!("neither `{PREVIOUS}` nor a version: {error}"))))
                .map(RollbackTo::Version)
                .ok(),
        };
        let reason = reasoned(&body.reason).map_err(|error| errors.push(error)).ok();
        match (undone, to, reason) {
            (Some(undone), Some(to), Some(reason)) if errors.is_empty() => {
                let digest = Digest::of(serde_json::json!(body).to_string().as_bytes());
                Ok(Self { undone, service, to, reason: Arc::from(reason), digest })
            }
            _ => Err(GateError::Malformed(errors)),
        }
    }

    fn kinds(&self) -> impl Iterator<Item = ByHand> {
        let to = match self.to {
            RollbackTo::Previous => ByHand::Previous,
            RollbackTo::Version(_) => ByHand::Version,
        };
        [Some(to), self.service.as_ref().map(|_| ByHand::Service)].into_iter().flatten()
    }
}

impl Gate {
    /// Orders what somebody asks for, with what is to be undone. `None`: there is no such deployment for them.
    pub async fn rollback_by_hand(
        &self,
        principal: &Principal,
        asked: Asked,
        key: Option<&str>,
    ) -> Result<Option<(StoredDecision, RollbackAnswer)>, GateError> {
        let name = principal.doer();
        let request = request_of(principal, key, &asked.digest).into();
        let cause = Cause::Person { name, reason: asked.reason.clone(), request };
        let before = self.ledger().rollbacks_of(&cause.key()).await?;
        let before = before.into_iter().next().map(|known| known.new.decision);
        let is_new = before.is_none();
        let Some(undone) = self.undone(&asked, before).await? else { return Ok(None) };
        let deployment = &undone.judgement.deployment;
        let services = match &asked.service {
            Some(service) => vec![service.clone()],
            None => deployment.service_names(),
        };
        if !UNDOERS.iter().any(|role| principal.may(*role, deployment.environment(), &services)) {
            return Ok(None);
        }
        vouched_there(principal, deployment.environment())?;
        // What was recorded stands, whatever the rules have become.
        if is_new {
            self.may_ask(&asked, &undone, &services)?;
        }
        let decision = undone.circumstances.decision.clone();
        let answer = self.order_rollback(RollbackWish { cause, decision, services, to: asked.to }).await?;
        Ok(Some((undone, answer)))
    }

    async fn undone(&self, asked: &Asked, before: Option<DecisionId>) -> Result<Option<StoredDecision>, GateError> {
        let id = match before {
            Some(before) => Some(before),
            None => self.meant(&asked.undone, asked.service.as_ref()).await?,
        };
        match id {
            Some(id) => Ok(self.ledger().decision(&id).await?),
            None => Ok(None),
        }
    }

    /// Whether the set lets people ask for this, and it is about what was deployed.
    fn may_ask(&self, asked: &Asked, undone: &StoredDecision, services: &[ServiceName]) -> Result<(), GateError> {
        let set = &undone.judgement.decision.decided_by.id;
        let active = self.active();
        let rules = active.bundle().set(set).and_then(|loaded| loaded.rollbacks.as_ref());
        let refused = |kind: &ByHand| rules.is_some_and(|rules| !rules.by_hand.contains(kind));
        if let Some(kind) = asked.kinds().find(refused) {
            let word = kind.word();
            let detail =
                format!("policy set `{set}` lets nobody ask for this: `rollback.by_hand` does not list `{word}`");
            return Err(GateError::Unentitled(detail));
        }
        let mut errors = Vec::new();
        for name in services {
            match undone.judgement.deployment.service(name) {
                None => errors.push(placed("service", format!("that decision did not deploy `{name}`"))),
                Some(service) if asked.to == RollbackTo::Version(service.version.clone()) => {
                    errors.push(placed("to", format!("`{name}` was deployed with this version")));
                }
                Some(_) => {}
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(GateError::Malformed(errors)) }
    }
}
