//! Watches that end before their time: because somebody says so, or because what they watch was deployed over.
//!
//! **Invariant:** nobody ends the watch of a production deployment that they had a part in.

use crate::{
    api::watches::WatchBody,
    gate::{
        Gate,
        activation::act,
        error::GateError,
        involved::{involved, part_of},
        permits::{DEPLOYERS, reasoned, vouched_there},
    },
    identity::principal::Principal,
};
use std::sync::Arc;
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    id::DecisionId,
    stored::StoredDecision,
    watch::{Watch, WatchCancel, WatchChange, WatchState},
};

/// How often an end is said again where something else changed the watch at the same moment.
const ATTEMPTS: u32 = 5;
/// Where somebody else than whoever deployed has to end a watch.
const PRODUCTION: &str = "production";

impl Gate {
    /// Ends a watch for a reason. `None`: there is none of that name for whoever asks.
    pub async fn cancel_watch(
        &self,
        id: &str,
        reason: &str,
        principal: &Principal,
    ) -> Result<Option<WatchBody>, GateError> {
        let reason = reasoned(reason).map_err(|error| GateError::Malformed(vec![error]))?;
        let Some(mut watch) = self.ledger().watch(id).await? else { return Ok(None) };
        let decision = watch.begun.decision.clone();
        let Some(stored) = self.decision_for(decision.as_str(), principal, &DEPLOYERS).await? else { return Ok(None) };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let by = self.may_end(&watch, &stored, principal).await?;
        let cancel = WatchCancel { by, reason: reason.into() };
        let ended = self.end_watch(&mut watch, &cancel).await?;
        if !ended {
            return Err(GateError::Unwatched(format!("the watch is over: {}", watch.state.word())));
        }
        Ok(Some(self.shown(&watch, &stored).await?))
    }

    /// Ends it, or says that it is over already. It is read anew where something else changed it at the same moment.
    async fn end_watch(&self, watch: &mut Watch, cancel: &WatchCancel) -> Result<bool, GateError> {
        for _ in 0..ATTEMPTS {
            if watch.state != WatchState::Running {
                return Ok(false);
            }
            let last = watch.last.as_ref().map(|last| &last.change);
            let change = WatchChange {
                id: watch.begun.id.clone(),
                number: watch.changes() + 1,
                state: WatchState::Cancelled,
                advice: last.and_then(|last| last.advice),
                window: last.and_then(|last| last.window),
                answer: last.and_then(|last| last.answer),
                looks: 0,
                why: None,
                cancelled: Some(cancel.clone()),
            };
            let done = self.ledger().act(act(Act::WatchChanged(change), Vec::new())).await;
            if let Some(now) = self.ledger().watch(&watch.begun.id).await? {
                *watch = now;
            }
            match done {
                Ok(_) => {
                    self.watching.notify_one();
                    self.trace_watch(&watch.begun, WatchState::Cancelled, None).await;
                    return Ok(true);
                }
                Err(RecordError::Faster(Faster::WatchChanged)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GateError::Faster(Faster::WatchChanged))
    }

    /// Ends the watches of what this deployment took the place of, all of it: what is sampled speaks of another version now. Others go on: of what
    /// was deployed over no rollback is ordered.
    pub(in crate::gate) async fn end_superseded(&self, later: &StoredDecision, by: &Arc<str>) -> Result<(), GateError> {
        let (deployment, decision) = (&later.judgement.deployment, &later.circumstances.decision);
        let services = deployment.services().iter().map(|service| service.name.clone()).collect();
        for mut watch in self.ledger().watches_beside(decision, deployment.environment(), services).await? {
            if self.runs_still(&watch, decision).await? {
                continue;
            }
            let reason = format!("superseded: decision `{decision}` deployed all that it watches");
            let cancel = WatchCancel { by: by.clone(), reason: reason.into() };
            // Over by now: as good.
            let _was_running = self.end_watch(&mut watch, &cancel).await?;
        }
        Ok(())
    }

    /// Whether any service that it watches was not deployed anew by this decision.
    async fn runs_still(&self, watch: &Watch, decision: &DecisionId) -> Result<bool, GateError> {
        let Some(stored) = self.ledger().decision(&watch.begun.decision).await? else { return Ok(true) };
        for service in stored.judgement.deployment.services() {
            let later = self.ledger().taken_over(&watch.begun.decision, &service.name).await?;
            if later.as_ref() != Some(decision) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who it is that ends it, where they may: in production somebody who had no part in the deployment.
    async fn may_end(
        &self,
        watch: &Watch,
        stored: &StoredDecision,
        principal: &Principal,
    ) -> Result<Arc<str>, GateError> {
        if watch.begun.environment.as_str() != PRODUCTION {
            return Ok(principal.doer());
        }
        let program =
            || GateError::Unwatched("a program ends no watch of production: this needs a person's token".to_owned());
        let person = principal.person.clone().ok_or_else(program)?;
        let active = self.active();
        let people = active.bundle().identities().people();
        let involved = involved(self.ledger(), &stored.judgement).await?;
        let events = self.ledger().deployment_events(&stored.circumstances.decision).await?;
        let deployed = events.iter().any(|known| people.same(&known.event.by, &person));
        match part_of(&involved, people, &person).or(deployed.then_some("deployed")) {
            None => Ok(person),
            Some(part) => Err(GateError::Unwatched(format!(
                "`{person}` ends no watch of what they {part}: another person has to"
            ))),
        }
    }
}
