//! Incidents: opened by a watch or by somebody, handed on until a person sees to them, and resolved.
//!
//! **Invariant:** of one cause there is one incident, also after a restart or at another gate: a watch opens one. **Invariant:** what is done about
//! an incident is said by the body that its opening names, whatever policies come into force meanwhile. **Invariant:** persons acknowledge and
//! resolve, programs do not.

pub mod asked;
mod changes;
pub(crate) mod classify;
pub mod escalator;
mod of_watches;
mod opening;
pub mod plan;
mod reading;
pub mod rules;
mod shown;
mod telling;

use self::{plan::Plan, rules::Rules};
use crate::gate::{Gate, error::GateError};
use std::sync::Arc;
use tidegate_core::name::PolicySetId;
use tidegate_ledger::incident::Incident;

impl Gate {
    /// What a set in force says of incidents. None: nothing.
    fn incident_rules(&self, set: &PolicySetId) -> Result<Option<Arc<Rules>>, GateError> {
        let active = self.active();
        let rules = active.bundle().set(set).map_or(Ok(None), Rules::of).map_err(GateError::Internal)?;
        Ok(rules.map(Arc::new))
    }

    /// What is done about an incident; none: the body is gone.
    async fn incident_plan(&self, incident: &Incident) -> Result<Option<Plan>, GateError> {
        let bytes = self.ledger().body(&incident.opened.plan).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }
}
