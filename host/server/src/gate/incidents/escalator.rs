//! Hands an incident on to the next level once nobody acknowledged it in time. Of several gates on one record the one does it that sends notices; a
//! level that was told is a leaf with a number, so that nobody is told twice, whatever stops in between.

use super::{
    plan::Plan,
    telling::{Told, services},
};
use crate::gate::{Gate, activation::act, clock, error::GateError};
use std::{sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    incident::{Happening, Incident, IncidentChange},
    notice::NoticeKind,
};

/// How often it looks: no span of time in a policy set is shorter than a second.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// Hands incidents on, for as long as it is not dropped.
pub async fn run(gate: Arc<Gate>) {
    let mut ticks = tokio::time::interval(LOOK_AFTER);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut is_failing = false;
    loop {
        ticks.tick().await;
        match gate.escalate(clock::now()).await {
            Ok(()) => is_failing = false,
            Err(error) if !is_failing => {
                is_failing = true;
                tracing::error!(error.r#type = "incident", "incidents are handed on later: {error}");
            }
            Err(_) => {}
        }
    }
}

impl Gate {
    /// Tells the next level of every incident that nobody acknowledged in time. One that cannot be handed on keeps no other waiting.
    pub(super) async fn escalate(&self, now: Timestamp) -> Result<(), GateError> {
        if !self.ledger().may_send().await {
            return Ok(());
        }
        let mut failed = Ok(());
        for incident in self.ledger().incidents_overdue(now).await? {
            if let Err(error) = self.hand_on(&incident, now).await {
                failed = Err(error);
            }
        }
        failed
    }

    async fn hand_on(&self, incident: &Incident, now: Timestamp) -> Result<(), GateError> {
        let id = &incident.opened.id;
        let Some(plan) = self.incident_plan(incident).await? else {
            return Err(GateError::Gone(format!("what is done about incident `{id}`")));
        };
        let change = next(incident, &plan, now);
        let words = self.words_of(incident).await?;
        let occasion = (NoticeKind::IncidentEscalated, now);
        let told = Told::of_change(incident, &change, (&plan, &words), occasion, self.public_url());
        let mut record = act(Act::IncidentChanged(change.clone()), Vec::new());
        record.at = now;
        record.notices = told.notices(change.level..change.level + 1)?;
        match self.ledger().act(record).await {
            Ok(_) => {
                self.trace_incident(incident, change.happening.word()).await;
                let (priority, contact) = (incident.opened.priority.word(), plan.contact(change.level));
                let contact = contact.map_or("nobody", |contact| &contact.name);
                let services = services(&incident.opened);
                tracing::error!(
                    error.r#type = "incident",
                    "nobody acknowledged incident `{id}` ({priority}, {services}) in time: `{contact}` is told"
                );
                Ok(())
            }
            // Somebody acknowledged it in the last moment, or it was handed on.
            Err(RecordError::Faster(Faster::IncidentChanged)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The next level has as long as the one before it.
fn next(incident: &Incident, plan: &Plan, now: Timestamp) -> IncidentChange {
    IncidentChange {
        id: incident.opened.id.clone(),
        number: incident.changes + 1,
        happening: Happening::Escalated,
        by: None,
        level: incident.level + 1,
        acknowledge_by: Some(now.plus(plan.respond_within())),
        update_by: incident.update_by,
        downtime: None,
        done: Vec::new(),
        said: Vec::new(),
    }
}
