//! An incident is opened: classified, recorded, and told to whoever answers for its priority, in one transaction.

use super::{
    asked::AskedToOpen,
    classify::Question,
    plan::Plan,
    rules::Rules,
    telling::{Told, Words, with},
};
use crate::{
    api::incidents::{IncidentBody, KnownBody},
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, placed},
        permits::{DEPLOYERS, vouched_there},
        watches::written::WrittenTrigger,
    },
    identity::principal::Principal,
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, name::ServiceName, time::Timestamp};
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    incident::{Incident, NewIncident, Said, What},
    notice::NoticeKind,
    stored::StoredDecision,
};

/// What an incident is opened with.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub(super) cause: Arc<str>,
    pub(super) stored: &'a StoredDecision,
    pub(super) services: Vec<ServiceName>,
    pub(super) watch: Option<Arc<str>>,
    pub(super) by: Option<Arc<str>>,
    pub(super) title: Arc<str>,
    pub(super) detected_at: Option<Timestamp>,
    pub(super) known: KnownBody,
    pub(super) triggers: Vec<WrittenTrigger>,
    pub(super) said: Vec<Said>,
}

impl Gate {
    /// Opens one for somebody, or says how it stands where the same request came before. `None`: there is no such deployment for them.
    pub async fn open_incident(
        &self,
        principal: &Principal,
        asked: AskedToOpen,
        key: Option<&str>,
    ) -> Result<Option<IncidentBody>, GateError> {
        let cause = asked.cause(principal, key);
        if let Some(known) = self.ledger().incident_of(&cause).await? {
            return self.incident(&known.opened.id, principal).await;
        }
        let Some(id) = self.meant(&asked.followed, asked.service.as_ref()).await? else { return Ok(None) };
        let Some(stored) = self.decision_for(id.as_str(), principal, &DEPLOYERS).await? else { return Ok(None) };
        vouched_there(principal, stored.judgement.deployment.environment())?;
        let set = &stored.judgement.decision.decided_by.id;
        let nothing =
            || GateError::Unattended(format!("policy set `{set}` does not say what is done: it has no `incidents`"));
        let rules = self.incident_rules(set)?.ok_or_else(nothing)?;
        let all = stored.judgement.deployment.service_names();
        let services = match asked.service {
            None => all,
            Some(one) if all.contains(&one) => vec![one],
            Some(one) => {
                let message = format!("that decision did not deploy `{one}`");
                return Err(GateError::Malformed(vec![placed("service", message)]));
            }
        };
        let opening = Opening {
            cause,
            stored: &stored,
            services,
            watch: None,
            by: Some(principal.doer()),
            title: asked.title,
            detected_at: asked.detected_at,
            known: asked.known,
            triggers: Vec::new(),
            said: asked.said,
        };
        let incident = self.open(opening, &rules).await?;
        Ok(Some(self.incident_shown(&incident).await?))
    }

    /// Opens it, or finds the one that the same cause opened.
    pub(super) async fn open(&self, opening: Opening<'_>, rules: &Rules) -> Result<Incident, GateError> {
        if let Some(known) = self.ledger().incident_of(&opening.cause).await? {
            return Ok(known);
        }
        let (cause, now) = (opening.cause.clone(), clock::now());
        let (new, plan) = self.classified_as(opening, rules, now).await?;
        let body = plan.body().map_err(|error| GateError::Internal(error.to_string()))?;
        let new = NewIncident { plan: Digest::of(&body.bytes), ..new };
        let words = with(Words::new(), &new.said);
        let told = Told {
            opened: &new,
            opened_at: now,
            plan: &plan,
            words: &words,
            kind: NoticeKind::IncidentOpened,
            at: now,
            level: 0,
            acknowledge_by: Some(new.acknowledge_by),
            downtime: None,
            public_url: self.public_url(),
        };
        let notices = told.notices(0..1)?;
        let mut record = act(Act::IncidentOpened(new), vec![body]);
        record.at = now;
        record.notices = notices;
        let is_new = match self.ledger().act(record).await {
            Ok(_) => true,
            // It was opened meanwhile, perhaps by another gate.
            Err(RecordError::Faster(Faster::IncidentOpened)) => false,
            Err(error) => return Err(error.into()),
        };
        let missing = || GateError::Internal(format!("incident of `{cause}` is not in the record"));
        let incident = self.ledger().incident_of(&cause).await?.ok_or_else(missing)?;
        if is_new {
            self.trace_incident(&incident, "opened").await;
            let NewIncident { id, priority, decision, .. } = &incident.opened;
            tracing::warn!("incident `{id}` of decision `{decision}` is open: {}", priority.word());
        }
        Ok(incident)
    }

    /// What is to be recorded, but for the digest of the plan.
    async fn classified_as(
        &self,
        opening: Opening<'_>,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<(NewIncident, Plan), GateError> {
        let Opening { cause, stored, services, watch, by, title, detected_at, known, triggers, mut said } = opening;
        let (judgement, detected_at) = (&stored.judgement, detected_at.unwrap_or(now));
        let set = &judgement.decision.decided_by.id;
        let question =
            Question { title: title.clone(), deployment: judgement.deployment.clone(), detected_at, known, triggers };
        let urgent = self.classified(set, rules, question).await?;
        let level = rules.matrix.get(&urgent.priority);
        let level = level.ok_or_else(|| GateError::Internal("a priority without a level".to_owned()))?;
        let by_whom = (set.to_string(), self.active().bundle().digest().to_string());
        let plan = Plan::of(level, rules.texts.clone(), rules.tasks.clone(), urgent.classified, by_whom);
        said.insert(0, Said { what: What::Title, text: title });
        let new = NewIncident {
            id: uuid::Uuid::now_v7().to_string().into(),
            cause,
            decision: stored.circumstances.decision.clone(),
            environment: judgement.deployment.environment().clone(),
            services,
            watch,
            by,
            detected_at,
            priority: urgent.priority,
            rule: urgent.rule,
            plan: Digest::of(b""),
            levels: u32::try_from(plan.contacts.len()).unwrap_or(u32::MAX),
            acknowledge_by: now.plus(plan.respond_within()),
            update_by: now.plus(plan.updates_every()),
            said,
        };
        Ok((new, plan))
    }
}
