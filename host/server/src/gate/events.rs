//! What became of deployments, as whoever deploys says: recorded as it was said, beside whether it was permitted.

use crate::{
    api::deployments::{DecisionSummary, DeploymentHistory, EventBody, EventRequestBody, VerificationBody},
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, parsed, placed},
        permits::{DEPLOYERS, vouched_there},
    },
    identity::{principal::Principal, role::READERS},
};
use std::sync::Arc;
use tidegate_core::{deployment::TEXT_BYTES_MAX, time::Timestamp};
use tidegate_ledger::{
    act::Act,
    event::{DeploymentEvent, NewEvent, RecordedEvent},
    id::DecisionId,
    permit::Standing,
    stored::StoredDecision,
    verification::Verification,
};

/// What somebody says became of a deployment, as it was understood.
#[derive(Debug)]
pub struct Said {
    event: DeploymentEvent,
    at: Option<Timestamp>,
    decision: Option<String>,
}

impl Said {
    /// Reads what was said, or says everything that is wrong with it.
    pub fn read(body: EventRequestBody) -> Result<Self, GateError> {
        let mut errors = Vec::new();
        let event = DeploymentEvent::parse(&body.event);
        if event.is_none() {
            let words: Vec<&str> = DeploymentEvent::ALL.iter().map(|event| event.word()).collect();
            errors.push(placed("event", format!("no such event; known are {}", words.join(", "))));
        }
        let at = parsed("at", body.at.as_deref(), Timestamp::parse, &mut errors);
        match event {
            Some(event) if errors.is_empty() => Ok(Self { event, at, decision: body.decision }),
            _ => Err(GateError::Malformed(errors)),
        }
    }
}

impl Gate {
    /// Records what became of a deployment. `None`: there is no decision about it for whoever says so.
    pub async fn became(
        &self,
        deployment: &str,
        principal: &Principal,
        said: Said,
    ) -> Result<Option<EventBody>, GateError> {
        let Some(stored) = self.decision_about(deployment, principal, said.decision.as_deref()).await? else {
            return Ok(None);
        };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let decision = stored.circumstances.decision.clone();
        let before = self.ledger().deployment_events(&decision).await?;
        let same = |known: &&RecordedEvent| {
            (known.event.event, known.event.said_at, &known.event.by) == (said.event, said.at, &principal.name)
        };
        // Said again, by a client that got no answer.
        if let Some(known) = before.iter().find(same) {
            self.watched_from(&stored, known).await;
            return Ok(Some(body(known)));
        }
        let forced = tidegate_core::permit::is_forced(&stored.judgement.decision);
        let standing = self.ledger().standing(&decision, forced).await?;
        let now = clock::now();
        let event = NewEvent {
            permitted: self.is_permitted(&stored, &standing, &before, now).await?,
            decision,
            deployment: Arc::from(deployment),
            event: said.event,
            said_at: said.at,
            by: principal.name.clone(),
        };
        let mut record = act(Act::Deployment(event.clone()), Vec::new());
        record.at = now;
        let leaf_index = self.ledger().act(record).await?.leaf_index;
        let recorded = RecordedEvent { event, at: now, leaf_index };
        self.watched_from(&stored, &recorded).await;
        Ok(Some(body(&recorded)))
    }

    /// Watches what succeeded, where it is to be watched, and no more what it took the place of. What was said stands in any case: whoever says it again has it tried again.
    async fn watched_from(&self, stored: &StoredDecision, recorded: &RecordedEvent) {
        if recorded.event.event != DeploymentEvent::Succeeded {
            return;
        }
        if let Err(error) = self.end_superseded(stored, &recorded.event.by).await {
            let decision = &recorded.event.decision;
            tracing::error!(error.r#type = "watch", "watches that decision `{decision}` supersedes go on: {error}");
        }
        if let Err(error) = self.watch_what_succeeded(stored, recorded.event.by.clone(), recorded.at).await {
            let decision = &recorded.event.decision;
            tracing::error!(error.r#type = "watch", "the deployment of decision `{decision}` is not watched: {error}");
        }
    }

    /// Every decision about a deployment that whoever asks may read, and what became of it. `None`: there is none for them.
    pub async fn history(
        &self,
        deployment: &str,
        principal: &Principal,
    ) -> Result<Option<DeploymentHistory>, GateError> {
        let mut decisions = Vec::new();
        for id in self.about(deployment).await? {
            let Some(stored) = self.decision_for(id.as_str(), principal, &READERS).await? else { continue };
            let answer = self.as_it_stands(&stored).await?;
            let events = self.ledger().deployment_events(&id).await?;
            decisions.push(DecisionSummary {
                id: id.to_string(),
                outcome: answer.outcome,
                allowed: answer.allowed,
                environment: stored.judgement.deployment.environment().to_string(),
                services: stored.judgement.deployment.service_names().iter().map(ToString::to_string).collect(),
                evaluated_at: answer.evaluated_at,
                events: events.iter().map(body).collect(),
                verifications: self.ledger().verifications(&id).await?.into_iter().map(look).collect(),
            });
        }
        Ok((!decisions.is_empty()).then(|| DeploymentHistory { deployment: deployment.to_owned(), decisions }))
    }

    /// The named decision about a deployment, or the newest, of those that whoever asks may deploy by.
    async fn decision_about(
        &self,
        deployment: &str,
        principal: &Principal,
        decision: Option<&str>,
    ) -> Result<Option<StoredDecision>, GateError> {
        for id in self.about(deployment).await? {
            if decision.is_some_and(|named| named != id.as_str()) {
                continue;
            }
            if let Some(stored) = self.decision_for(id.as_str(), principal, &DEPLOYERS).await? {
                return Ok(Some(stored));
            }
        }
        Ok(None)
    }

    async fn about(&self, deployment: &str) -> Result<Vec<DecisionId>, GateError> {
        // Decisions of before there was this column stand under no name.
        if deployment.is_empty() || deployment.len() > TEXT_BYTES_MAX {
            return Ok(Vec::new());
        }
        Ok(self.ledger().decisions_about(deployment).await?)
    }

    /// It went by a permit, or it is allowed to begin now, or what came before was.
    async fn is_permitted(
        &self,
        stored: &StoredDecision,
        standing: &Standing,
        before: &[RecordedEvent],
        now: Timestamp,
    ) -> Result<bool, GateError> {
        if !standing.permits.is_empty() || before.iter().any(|known| known.event.permitted) {
            return Ok(true);
        }
        let answer = self.as_it_stands(stored).await?;
        let until = |text: &str| Timestamp::parse(text).ok();
        let holds = |until: Timestamp| now < until && standing.superseded_by.is_none();
        Ok(answer.allowed && answer.valid_until.as_deref().and_then(until).is_some_and(holds))
    }
}

fn look(verification: Verification) -> VerificationBody {
    VerificationBody {
        decision: verification.decision.to_string(),
        passed: verification.passed,
        at: verification.at.to_string(),
        after_event: verification.verifies.event,
    }
}

fn body(recorded: &RecordedEvent) -> EventBody {
    let RecordedEvent { event, at, leaf_index } = recorded;
    EventBody {
        deployment: event.deployment.to_string(),
        decision: event.decision.to_string(),
        event: event.event.word().to_owned(),
        at: at.to_string(),
        said_at: event.said_at.map(|at| at.to_string()),
        by: event.by.to_string(),
        permitted: event.permitted,
        leaf_index: *leaf_index,
    }
}
