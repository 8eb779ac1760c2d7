//! The gate looks by itself, where a set says so: once after each event, also after a restart, and of several gates one.

use super::{
    Asked,
    documents::GATE,
    rules::{After, Rules},
};
use crate::{
    gate::{Caller, Gate, clock, error::GateError},
    identity::{
        principal::{Grant, Principal},
        role::Role,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tidegate_bundle::glob::Glob;
use tidegate_core::{deployment::Cause, time::Timestamp};
use tidegate_ledger::{
    event::{DeploymentEvent, RecordedEvent},
    faster::Faster,
    stored::StoredDecision,
    verification::Verifies,
};

/// How often it looks whether something happened.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// What is older says nothing of that event any more.
const LATE_AFTER: Duration = Duration::from_secs(60 * 60);
/// How long it waits where nothing could be decided.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Looks after events until it is dropped. What was not looked at then is after the next start.
pub async fn watch(gate: Arc<Gate>) {
    let mut settled = Settled::default();
    let mut is_failing = false;
    loop {
        match gate.verify_what_happened(&mut settled).await {
            Ok(()) => is_failing = false,
            Err(error) if !is_failing => {
                is_failing = true;
                tracing::warn!("what is to be verified is not known: {error}");
            }
            Err(_) => {}
        }
        tokio::time::sleep(LOOK_AFTER).await;
    }
}

/// What is known of events without asking again, by their leaves.
#[derive(Debug, Default)]
struct Settled {
    /// Nobody has to look.
    over: BTreeSet<u64>,
    /// Not before this moment.
    later: BTreeMap<u64, Timestamp>,
}

/// What is to be done after an event.
enum Due {
    Now(Box<(StoredDecision, Rules)>),
    Later(Timestamp),
    Never,
}

impl Gate {
    async fn verify_what_happened(&self, settled: &mut Settled) -> Result<(), GateError> {
        let now = clock::now();
        let since = Timestamp::from_nanos(now.nanos().saturating_sub(nanos(LATE_AFTER)));
        let happened = self.ledger().unlooked(since).await?;
        let there: BTreeSet<u64> = happened.iter().map(|event| event.leaf_index).collect();
        settled.over.retain(|leaf| there.contains(leaf));
        settled.later.retain(|leaf, _| there.contains(leaf));
        for event in happened {
            let leaf = event.leaf_index;
            if settled.over.contains(&leaf) || settled.later.get(&leaf).is_some_and(|later| *later > clock::now()) {
                continue;
            }
            match self.due(&event).await? {
                Due::Never => drop(settled.over.insert(leaf)),
                Due::Later(at) => drop(settled.later.insert(leaf, at)),
                Due::Now(what) => match self.verify_after(&event, *what).await {
                    Ok(()) => drop(settled.over.insert(leaf)),
                    Err(error) => {
                        let decision = &event.event.decision;
                        tracing::error!(
                            error.r#type = "verification",
                            "the deployment of decision `{decision}` is not verified yet: {error}"
                        );
                        settled.later.insert(leaf, clock::now().plus(AGAIN_AFTER));
                    }
                },
            }
        }
        Ok(())
    }

    /// Whether, and when, the gate looks after an event, as the set that decided says now.
    async fn due(&self, event: &RecordedEvent) -> Result<Due, GateError> {
        let Some(stored) = self.ledger().decision(&event.event.decision).await? else { return Ok(Due::Never) };
        let Some(rules) = self.verifying_rules(&stored)? else { return Ok(Due::Never) };
        let is_rollback =
            event.event.event == DeploymentEvent::RolledBack || stored.judgement.deployment.cause() == Cause::Rollback;
        let after = if is_rollback { After::Rollback } else { After::Success };
        // A rollback that succeeded is a success, too.
        let also = event.event.event == DeploymentEvent::Succeeded && rules.after.contains(&After::Success);
        if !rules.after.contains(&after) && !also {
            return Ok(Due::Never);
        }
        // What says nothing of a later deployment is not asked about it.
        for service in stored.judgement.deployment.services() {
            if self.ledger().taken_over(&event.event.decision, &service.name).await?.is_some() {
                return Ok(Due::Never);
            }
        }
        let settles = event.at.plus(rules.settle);
        if settles > clock::now() {
            return Ok(Due::Later(settles));
        }
        Ok(Due::Now(Box::new((stored, rules))))
    }

    async fn verify_after(
        &self,
        event: &RecordedEvent,
        (stored, rules): (StoredDecision, Rules),
    ) -> Result<(), GateError> {
        let decision = stored.circumstances.decision.clone();
        let skip = rules.skip.iter().map(ToString::to_string).collect();
        let verifies = Verifies { decision: decision.clone(), event: Some(event.leaf_index) };
        let asked = Asked { verifies, handed: Vec::new(), skip, cause: Cause::Schedule };
        let caller =
            Caller { principal: Arc::new(itself()), idempotency_key: None, traceparent: None, tracestate: None };
        match self.look_at(&stored, rules, asked, caller).await {
            Ok(answer) if answer.allowed => {
                tracing::info!("the deployment of decision `{decision}` is verified");
                Ok(())
            }
            Ok(answer) => {
                let id = answer.id.as_deref().unwrap_or_default();
                tracing::error!(
                    error.r#type = "verification",
                    "the deployment of decision `{decision}` is not verified: decision `{id}` says {}",
                    answer.outcome
                );
                Ok(())
            }
            // Another gate did.
            Err(GateError::Faster(Faster::Verified)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The gate as whoever asks. What it hands in lies in a scope of its own, from which no team reads.
fn itself() -> Principal {
    let all = || vec![Glob::Beginning(Arc::from(""))];
    Principal {
        name: Arc::from(GATE),
        person: None,
        scope: Arc::from(GATE),
        grants: vec![Grant { roles: [Role::Decide].into(), environments: all(), services: all() }],
        vouched: None,
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}
