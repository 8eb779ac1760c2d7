//! The end of a maintenance: what was to be done is stated, and a decision verified the services.

use super::{
    KEEPERS, a_person,
    checklist::{Said, standing},
    over,
};
use crate::{
    api::{maintenances::MaintenanceBody, problem::PlacedError},
    gate::{
        Gate,
        error::{GateError, placed},
    },
    identity::{principal::Principal, role::READERS},
};
use tidegate_core::{
    decision::{Outcome, Permission},
    time::Timestamp,
};
use tidegate_ledger::{
    id::DecisionId,
    maintenance::{Maintenance, MaintenanceState, Phase, Step, Taken},
    stored::StoredDecision,
};

/// What has to be stated before the end. What an emergency leaves to be stated has its own time.
const NEEDED: [Phase; 2] = [Phase::During, Phase::Post];

impl Gate {
    /// Closes one, or says everything that is missing. `None`: there is none of that name for whoever asks.
    pub async fn close_maintenance(
        &self,
        id: &str,
        verification: &str,
        principal: &Principal,
    ) -> Result<Option<MaintenanceBody>, GateError> {
        let Some((maintenance, taken)) = self.maintenance_for(id, principal, &KEEPERS).await? else { return Ok(None) };
        let person = a_person(principal, &maintenance)?;
        match maintenance.state {
            MaintenanceState::Open => {}
            state if state.is_over() => return Err(over(state)),
            _ => return Err(GateError::unmaintained("it did not open: it is given up (`cancel`), not closed")),
        }
        let said = self.said_for(&maintenance).await?;
        let mut missing = undone(&maintenance, &said);
        let verified = self.verified(&maintenance, opened_at(&maintenance, &taken), verification, principal).await?;
        let verification = verified.map_err(|why| missing.push(placed("verification", why)));
        match verification {
            Ok(verification) if missing.is_empty() => {
                let stated = done_by(&maintenance, &said);
                self.take_step(&maintenance, person, Step::Closed { verification, stated }).await.map(Some)
            }
            _ => Err(GateError::Unmaintained(missing)),
        }
    }

    /// The decision that verified the services, or why it did not.
    async fn verified(
        &self,
        maintenance: &Maintenance,
        opened: Timestamp,
        verification: &str,
        principal: &Principal,
    ) -> Result<Result<DecisionId, String>, GateError> {
        let Some(stored) = self.decision_for(verification, principal, &READERS).await? else {
            return Ok(Err("there is no such decision".to_owned()));
        };
        let id = &stored.circumstances.decision;
        if self.ledger().standing(id, false).await?.revoked.is_some() {
            return Ok(Err(format!("decision `{id}` was revoked")));
        }
        Ok(verifies(maintenance, opened, &stored).map(|()| id.clone()))
    }
}

fn verifies(maintenance: &Maintenance, opened: Timestamp, stored: &StoredDecision) -> Result<(), String> {
    let (new, id) = (&maintenance.new, &stored.circumstances.decision);
    let (deployment, decision) = (&stored.judgement.deployment, &stored.judgement.decision);
    if *deployment.environment() != new.verified_in {
        let (found, wanted) = (deployment.environment(), &new.verified_in);
        return Err(format!("decision `{id}` is about `{found}`, not about `{wanted}`"));
    }
    if let Some(service) = new.services.iter().find(|service| deployment.service(service).is_none()) {
        return Err(format!("decision `{id}` is not about `{service}`"));
    }
    if stored.judgement.evaluated_at <= opened {
        return Err(format!("decision `{id}` was made before the maintenance opened, at {opened}"));
    }
    if decision.outcome != Outcome::Deploy || decision.permission != Permission::ByTheRules {
        return Err(format!("decision `{id}` does not pass by the rules: {}", decision.outcome.word()));
    }
    Ok(())
}

/// When it opened; of an emergency, when it was planned.
fn opened_at(maintenance: &Maintenance, taken: &[Taken]) -> Timestamp {
    let opened = taken.iter().find(|taken| matches!(taken.step.step, Step::Opened { .. }));
    opened.map_or(maintenance.at, |taken| taken.at)
}

fn undone(maintenance: &Maintenance, said: &[Said]) -> Vec<PlacedError> {
    let needed = maintenance.new.items.iter().filter(|item| NEEDED.contains(&item.phase));
    needed.filter_map(|item| standing(maintenance, item, said).missing(item)).collect()
}

/// Leaves of the statements by which it is done.
fn done_by(maintenance: &Maintenance, said: &[Said]) -> Vec<u64> {
    let needed = maintenance.new.items.iter().filter(|item| NEEDED.contains(&item.phase));
    let leaf = |item| standing(maintenance, item, said).last.map(|last| last.leaf_index);
    needed.filter_map(leaf).collect()
}
