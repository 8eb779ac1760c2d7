//! Watches: what signals say of a deployment that runs, from its beginning to its end.
//!
//! **Invariant:** a watch says what it does when it begins, and does that to its end, whatever policies come into force meanwhile.

pub mod advising;
pub mod alerted;
pub(crate) mod components;
mod due;
mod ending;
mod follow;
pub mod plan;
mod running;
pub mod samples;
pub(crate) mod seen;
mod shown;
mod told;
pub mod verdict;
pub mod watchman;
pub mod written;

use self::{
    plan::{Plan, Rules, Starts},
    shown::body,
};
use crate::{
    api::watches::{WatchBody, WatchesBody},
    gate::{
        Gate,
        activation::act,
        clock,
        error::GateError,
        permits::{DEPLOYERS, vouched_there},
    },
    identity::{principal::Principal, role::READERS},
};
use std::{sync::Arc, time::Instant};
use tidegate_core::{digest::Digest, fault::Refusal, permit::is_forced, time::Timestamp};
use tidegate_engine::plugin::Plugin;
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    event::DeploymentEvent,
    faster::Faster,
    stored::StoredDecision,
    watch::{NewWatch, Watch, WatchCause, WatchState, WatchesAsked},
};

impl Gate {
    /// Comes back when a watch began or ended here.
    pub(super) async fn watch_changed(&self) {
        self.watching.notified().await;
    }

    /// Watches the deployment of a decision, or says how the watch stands that runs. `None`: there is no such decision for whoever asks.
    pub async fn start_watch(&self, decision: &str, principal: &Principal) -> Result<Option<WatchBody>, GateError> {
        let Some(stored) = self.decision_for(decision, principal, &DEPLOYERS).await? else { return Ok(None) };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let events = self.ledger().deployment_events(&stored.circumstances.decision).await?;
        let done = events.iter().rev().find(|known| known.event.event == DeploymentEvent::Succeeded);
        let deployed_at = done.map_or_else(clock::now, |known| known.at);
        let by = principal.doer();
        let rules = self.rules_there(&stored)?;
        let watch = self.begin_watch(&stored, rules, WatchCause::ByHand, by, deployed_at).await?;
        Ok(Some(self.shown(&watch, &stored).await?))
    }

    /// Begins to watch a deployment that succeeded, where its set says so, and always where it was forced. Of one decision it happens once.
    pub(super) async fn watch_what_succeeded(
        &self,
        stored: &StoredDecision,
        by: Arc<str>,
        deployed_at: Timestamp,
    ) -> Result<(), GateError> {
        let Some(rules) = self.watching_rules(stored)? else { return Ok(()) };
        let cause = match (is_forced(&stored.judgement.decision), rules.starts) {
            (true, _) => WatchCause::Forced,
            (false, Starts::OnSuccess) => WatchCause::Event,
            (false, Starts::ByHand) => return Ok(()),
        };
        let asked =
            WatchesAsked { decision: Some(stored.circumstances.decision.clone()), limit: 1, ..WatchesAsked::default() };
        if self.ledger().watches(&asked).await?.is_empty() {
            self.begin_watch(stored, rules, cause, by, deployed_at).await?;
        }
        Ok(())
    }

    /// What the set that decided says of watching now.
    fn watching_rules(&self, stored: &StoredDecision) -> Result<Option<Rules>, GateError> {
        let active = self.active();
        let set = active.bundle().set(&stored.judgement.decision.decided_by.id);
        set.map_or(Ok(None), Rules::of).map_err(GateError::Internal)
    }

    /// The same, where it has to say something.
    fn rules_there(&self, stored: &StoredDecision) -> Result<Rules, GateError> {
        let nothing = || {
            let set = &stored.judgement.decision.decided_by.id;
            GateError::Unwatched(format!(
                "policy set `{set}` does not say how a deployment is watched: it has no `watch`"
            ))
        };
        self.watching_rules(stored)?.ok_or_else(nothing)
    }

    async fn begin_watch(
        &self,
        stored: &StoredDecision,
        rules: Rules,
        cause: WatchCause,
        by: Arc<str>,
        deployed_at: Timestamp,
    ) -> Result<Watch, GateError> {
        let decision = &stored.circumstances.decision;
        let (lasts, step) = (rules.lasts, rules.step);
        let (plan, _) = self.planned(stored, rules).await?;
        let plan = plan.body().map_err(|error| GateError::Internal(error.to_string()))?;
        let begun = NewWatch {
            id: uuid::Uuid::now_v7().to_string().into(),
            decision: decision.clone(),
            environment: stored.judgement.deployment.environment().clone(),
            cause,
            by,
            plan: Digest::of(&plan.bytes),
            deployed_at,
            ends_at: clock::now().plus(lasts),
            step,
        };
        let id = begun.id.clone();
        match self.ledger().act(act(Act::WatchStarted(begun), vec![plan])).await {
            Ok(_) => {
                self.watching.notify_one();
                let recorded = self.ledger().watch(&id).await?;
                let watch =
                    recorded.ok_or_else(|| GateError::Internal(format!("watch `{id}` is not in the record")))?;
                self.trace_watch(&watch.begun, WatchState::Running, None).await;
                Ok(watch)
            }
            Err(RecordError::Faster(Faster::Watched)) => {
                let state = Some(WatchState::Running);
                let asked = WatchesAsked { decision: Some(decision.clone()), state, before: None, limit: 1 };
                // It may have ended in between.
                self.ledger().watches(&asked).await?.pop().ok_or(GateError::Faster(Faster::Watched))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What a watch of this decision does, with the plugin's word on how far back it looks.
    async fn planned(&self, stored: &StoredDecision, rules: Rules) -> Result<(Plan, Arc<Plugin>), GateError> {
        let (in_force, set) = (self.in_force(), &stored.judgement.decision.decided_by.id);
        let active = &in_force.bench.active;
        let unknown = || GateError::Internal(format!("plugin `{}` of policy set `{set}` is not loaded", rules.plugin));
        let plugin = active.plugin(set, &rules.plugin).ok_or_else(unknown)?.plugin.clone();
        let (component, bundle) = (plugin.digest, active.bundle().digest());
        let (settings, inside, asked) = (rules.settings.to_string(), in_force.clone(), plugin.clone());
        let asking = move || {
            let end = Instant::now() + inside.bench.deadline;
            inside.bench.engine.lookback(&asked, &settings, end).result
        };
        let lookback =
            tokio::task::spawn_blocking(asking).await.map_err(|error| GateError::Internal(error.to_string()))?;
        let lookback = lookback.map_err(refused)?;
        let plan = Plan {
            policy_set: set.to_string(),
            bundle: bundle.to_string(),
            plugin: rules.plugin.to_string(),
            component: component.to_string(),
            settings: rules.settings,
            signals: rules.signals,
            alerts: rules.alerts,
            lookback_ns: u64::try_from(lookback.as_nanos()).unwrap_or(u64::MAX),
        };
        Ok((plan, plugin))
    }

    /// How a watch stands. `None`: there is none of that name for whoever asks.
    pub async fn watch(&self, id: &str, principal: &Principal) -> Result<Option<WatchBody>, GateError> {
        let Some(watch) = self.ledger().watch(id).await? else { return Ok(None) };
        match self.decision_for(watch.begun.decision.as_str(), principal, &READERS).await? {
            Some(stored) => Ok(Some(self.shown(&watch, &stored).await?)),
            None => Ok(None),
        }
    }

    /// A page of watches, the newest first: those of them that whoever asks may read.
    pub async fn watches(&self, asked: &WatchesAsked, principal: &Principal) -> Result<WatchesBody, GateError> {
        let page = self.ledger().watches(asked).await?;
        let next = page.last().filter(|_| page.len() == asked.limit as usize).map(|last| last.leaf_index);
        let mut watches = Vec::new();
        for watch in &page {
            match self.decision_for(watch.begun.decision.as_str(), principal, &READERS).await {
                Ok(Some(stored)) => watches.push(body(watch, &stored)),
                // What was moved to an archive is read by the name of its decision.
                Ok(None) | Err(GateError::Archived(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(WatchesBody { watches, next })
    }
}

/// Why the plugin of a set's watches could not be asked.
fn refused(refusal: Refusal) -> GateError {
    let message = match refusal {
        Refusal::BadEvidence(message) => message,
        Refusal::Fault(fault) => fault.message,
    };
    GateError::Unwatched(format!("`rollback`: {message}"))
}
