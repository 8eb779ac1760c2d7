//! Incidents, as far as somebody may read them.

use super::{
    shown::{Whole, body},
    telling::last_words,
};
use crate::{
    api::incidents::{IncidentBody, IncidentsBody},
    gate::{Gate, clock, error::GateError, notices},
    identity::{principal::Principal, role::READERS},
};
use tidegate_ledger::incident::{Incident, IncidentsAsked};

impl Gate {
    /// One of them. `None`: there is none of that name for whoever asks.
    pub async fn incident(&self, id: &str, principal: &Principal) -> Result<Option<IncidentBody>, GateError> {
        let found = self.ledger().incident(id).await?.filter(|incident| may_read(principal, incident));
        match found {
            Some(incident) => Ok(Some(self.incident_shown(&incident).await?)),
            None => Ok(None),
        }
    }

    /// A page of them, the newest first: those that whoever asks may read.
    pub async fn incidents(&self, asked: &IncidentsAsked, principal: &Principal) -> Result<IncidentsBody, GateError> {
        let page = self.ledger().incidents(asked).await?;
        let next = page.last().filter(|_| page.len() == asked.limit as usize).map(|last| last.leaf_index);
        let now = clock::now();
        let mine = page.iter().filter(|incident| may_read(principal, incident));
        Ok(IncidentsBody { incidents: mine.map(|incident| body(incident, now)).collect(), next })
    }

    /// With all that is known of it.
    pub(super) async fn incident_shown(&self, incident: &Incident) -> Result<IncidentBody, GateError> {
        let opened = &incident.opened;
        let timeline = self.ledger().incident_timeline(&opened.id).await?;
        let rollbacks = match &opened.watch {
            Some(watch) => self.ledger().rollbacks_of(&format!("watch/{watch}")).await?,
            None => Vec::new(),
        };
        let told = self.ledger().incident_notices(&opened.id).await?;
        let words = last_words(&timeline);
        let whole = Whole {
            plan: self.incident_plan(incident).await?,
            words,
            timeline,
            rollbacks: rollbacks.iter().map(|rollback| rollback.new.id.to_string()).collect(),
            notices: notices::bodies_of(&told),
        };
        Ok(whole.shown(incident, clock::now()))
    }
}

fn may_read(principal: &Principal, incident: &Incident) -> bool {
    let opened = &incident.opened;
    READERS.iter().any(|role| principal.may(*role, &opened.environment, &opened.services))
}
