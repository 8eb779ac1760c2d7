//! What people do about an incident: they acknowledge it, say how it stands, and resolve it. Each is a leaf.

use super::{
    asked::AskedToSay,
    plan::Plan,
    telling::{Told, Words, last_words, with},
};
use crate::{
    api::incidents::IncidentBody,
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, placed},
        permits::{DEPLOYERS, vouched_there},
    },
    identity::principal::Principal,
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::{Act, ActRecord},
    error::RecordError,
    faster::Faster,
    incident::{Happening, Incident, IncidentChange, IncidentState, What},
    notice::{NewNotice, NoticeKind},
};

/// How often a change is said again where something else changed the incident at the same moment.
const ATTEMPTS: u32 = 5;
/// What may still be said of one that is over.
const AFTERWARDS: [What; 4] = [What::Ticket, What::RootCause, What::Prevention, What::PostMortemAt];

/// What somebody does about an incident.
struct Doing<'a> {
    happening: Happening,
    asked: &'a AskedToSay,
    by: Arc<str>,
}

impl Gate {
    /// Records what somebody does about an incident. `None`: there is none of that name for whoever asks.
    pub async fn change_incident(
        &self,
        id: &str,
        (happening, asked): (Happening, AskedToSay),
        principal: &Principal,
    ) -> Result<Option<IncidentBody>, GateError> {
        let Some(mut incident) = self.ledger().incident(id).await? else { return Ok(None) };
        let (environment, services) = (incident.opened.environment.clone(), incident.opened.services.clone());
        if !DEPLOYERS.iter().any(|role| principal.may(*role, &environment, &services)) {
            return Ok(None);
        }
        vouched_there(principal, &environment)?;
        let by = who(principal, happening)?;
        let doing = Doing { happening, asked: &asked, by };
        for _ in 0..ATTEMPTS {
            if happening == Happening::Acknowledged && is_acknowledged_by(&incident, &doing.by) {
                return Ok(Some(self.incident_shown(&incident).await?));
            }
            let record = self.doing(&incident, &doing).await?;
            let done = self.ledger().act(record).await;
            let Some(now) = self.ledger().incident(id).await? else { return Ok(None) };
            incident = now;
            match done {
                Ok(_) => {
                    self.trace_incident(&incident, happening.word()).await;
                    tracing::info!("incident `{id}` is {}", happening.word());
                    return Ok(Some(self.incident_shown(&incident).await?));
                }
                Err(RecordError::Faster(Faster::IncidentChanged)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GateError::Faster(Faster::IncidentChanged))
    }

    /// What is to be recorded, with what people are told of it.
    async fn doing(&self, incident: &Incident, doing: &Doing<'_>) -> Result<ActRecord, GateError> {
        allowed(incident, doing)?;
        let gone = || GateError::Gone("what is done about the incident".to_owned());
        let plan = self.incident_plan(incident).await?.ok_or_else(gone)?;
        known_tasks(&plan, &doing.asked.done)?;
        let now = clock::now();
        let change = change(incident, &plan, doing, now)?;
        let notices = self.told_of_change(incident, &plan, &change, now).await?;
        let mut record = act(Act::IncidentChanged(change), Vec::new());
        record.at = now;
        record.notices = notices;
        Ok(record)
    }

    /// Whoever was told of it is told how it stands and that it is over. Of one that is over nobody is told again.
    async fn told_of_change(
        &self,
        incident: &Incident,
        plan: &Plan,
        change: &IncidentChange,
        now: Timestamp,
    ) -> Result<Vec<NewNotice>, GateError> {
        let kind = match change.happening {
            Happening::Updated if incident.state != IncidentState::Resolved => NoticeKind::IncidentUpdated,
            Happening::Resolved => NoticeKind::IncidentResolved,
            _ => return Ok(Vec::new()),
        };
        let mut words = self.words_of(incident).await?;
        // How it stood before it was over is not how it stands now.
        if kind == NoticeKind::IncidentResolved {
            words.remove(&What::Status);
        }
        let words = with(words, &change.said);
        let told = Told::of_change(incident, change, (plan, &words), (kind, now), self.public_url());
        told.notices(0..change.level + 1)
    }

    /// What was said last, by what it says.
    pub(super) async fn words_of(&self, incident: &Incident) -> Result<Words, GateError> {
        let timeline = self.ledger().incident_timeline(&incident.opened.id).await?;
        Ok(last_words(&timeline))
    }
}

/// Who it is: to acknowledge and to resolve takes a person.
fn who(principal: &Principal, happening: Happening) -> Result<Arc<str>, GateError> {
    match (&principal.person, happening) {
        (Some(person), _) => Ok(person.clone()),
        (None, Happening::Updated) => Ok(principal.name.clone()),
        (None, _) => {
            let message = "a program says how an incident stands, and neither acknowledges nor resolves it: this needs a person's token";
            Err(GateError::Unentitled(message.to_owned()))
        }
    }
}

fn is_acknowledged_by(incident: &Incident, person: &Arc<str>) -> bool {
    let by = incident.acknowledged.as_ref().map(|(_, by)| by);
    incident.state == IncidentState::Acknowledged && by == Some(person)
}

/// Whether this can be done about an incident that stands so.
fn allowed(incident: &Incident, doing: &Doing<'_>) -> Result<(), GateError> {
    let asked = doing.asked;
    if asked.downtime.is_some() && doing.happening != Happening::Resolved {
        return Err(GateError::Malformed(vec![placed("downtime", "is said of what is resolved alone")]));
    }
    if doing.happening == Happening::Updated && asked.said.is_empty() && asked.done.is_empty() {
        return Err(GateError::Malformed(vec![placed("status", "this says nothing")]));
    }
    let by = |done: &Option<(Timestamp, Arc<str>)>| done.as_ref().map_or("somebody", |(_, by)| by).to_owned();
    match (incident.state, doing.happening) {
        (IncidentState::Resolved, Happening::Updated) => {
            let late = asked.said.iter().find(|said| !AFTERWARDS.contains(&said.what));
            late.map_or(Ok(()), |said| {
                Err(GateError::Unattended(format!("the incident is over: its `{}` stays", said.what.word())))
            })
        }
        (IncidentState::Resolved, _) => {
            Err(GateError::Unattended(format!("the incident is over: `{}` resolved it", by(&incident.resolved))))
        }
        (IncidentState::Acknowledged, Happening::Acknowledged) => {
            Err(GateError::Unattended(format!("`{}` sees to it already", by(&incident.acknowledged))))
        }
        _ => Ok(()),
    }
}

fn known_tasks(plan: &Plan, done: &[u32]) -> Result<(), GateError> {
    let count = plan.tasks.len();
    match done.iter().find(|number| **number == 0 || **number as usize > count) {
        Some(number) => Err(GateError::Malformed(vec![placed("done", format!("task {number} of {count}"))])),
        None => Ok(()),
    }
}

fn change(incident: &Incident, plan: &Plan, doing: &Doing<'_>, now: Timestamp) -> Result<IncidentChange, GateError> {
    let is_over = incident.state == IncidentState::Resolved || doing.happening == Happening::Resolved;
    let awaits = matches!((incident.state, doing.happening), (IncidentState::Open, Happening::Updated));
    let update_by = match doing.happening {
        _ if is_over => None,
        Happening::Updated => Some(now.plus(plan.updates_every())),
        _ => incident.update_by,
    };
    let lasted = now.since(incident.opened.detected_at);
    let downtime = match (doing.happening, doing.asked.downtime) {
        (Happening::Resolved, Some(said)) if said > lasted => {
            let message = "is longer than from when it was noticed until now";
            return Err(GateError::Malformed(vec![placed("downtime", message)]));
        }
        (Happening::Resolved, said) => Some(said.unwrap_or(lasted)),
        _ => None,
    };
    Ok(IncidentChange {
        id: incident.opened.id.clone(),
        number: incident.changes + 1,
        happening: doing.happening,
        by: Some(doing.by.clone()),
        level: incident.level,
        acknowledge_by: incident.acknowledge_by.filter(|_| awaits),
        update_by,
        downtime,
        done: doing.asked.done.clone(),
        said: doing.asked.said.clone(),
    })
}
