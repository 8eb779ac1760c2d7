//! Maintenance: planned by one person, approved by another, opened by a decision, and closed by what was stated and verified.
//!
//! **Invariant:** nothing opens without a recorded decision of its set that allows it. **Invariant:** nobody approves what they planned.
//! **Invariant:** what is to be done is what was to be done when it was planned, whatever policies come into force meanwhile.

mod checklist;
mod closing;
mod opening;
pub mod planning;
mod shown;

use self::shown::{Shown, body};
use crate::{
    api::{
        maintenances::{MaintenanceBody, MaintenancesBody},
        statements::StatementRequest,
    },
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, placed},
        permits::{reasoned, vouched_there},
    },
    identity::{
        principal::Principal,
        role::{READERS, Role},
    },
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::Act,
    maintenance::{Maintenance, MaintenanceState, MaintenanceStep, MaintenancesAsked, Step, Taken},
};

/// Who plans, opens, closes and gives up maintenance.
pub const KEEPERS: [Role; 3] = [Role::Decide, Role::Override, Role::Operate];
/// Who approves what somebody else planned.
pub const APPROVERS: [Role; 1] = [Role::Confirm];

/// A maintenance with what became of it.
type Known = (Maintenance, Vec<Taken>);

impl Gate {
    /// How one stands. `None`: there is none of that name for whoever asks.
    pub async fn maintenance(&self, id: &str, principal: &Principal) -> Result<Option<MaintenanceBody>, GateError> {
        match self.maintenance_for(id, principal, &READERS).await? {
            Some(known) => Ok(Some(self.shown_maintenance(known).await?)),
            None => Ok(None),
        }
    }

    /// A page of them, the newest first: those of them that whoever asks may read.
    pub async fn maintenances(
        &self,
        asked: &MaintenancesAsked,
        principal: &Principal,
    ) -> Result<MaintenancesBody, GateError> {
        let (page, now) = (self.ledger().maintenances(asked).await?, clock::now());
        let next = page.last().filter(|_| page.len() == asked.limit as usize).map(|last| last.leaf_index);
        let readable = page.iter().filter(|one| may(principal, &READERS, one));
        Ok(MaintenancesBody { maintenances: readable.map(|one| body(one, now)).collect(), next })
    }

    /// Records that another person approved one. `None`: there is none of that name for whoever asks.
    pub async fn approve_maintenance(
        &self,
        id: &str,
        principal: &Principal,
    ) -> Result<Option<MaintenanceBody>, GateError> {
        let Some((maintenance, _)) = self.maintenance_for(id, principal, &APPROVERS).await? else { return Ok(None) };
        let person = a_person(principal, &maintenance)?;
        stands(&maintenance, &[MaintenanceState::Planned], "approved")?;
        let active = self.active();
        if active.bundle().identities().people().same(&maintenance.new.by, &person) {
            return Err(GateError::unmaintained("nobody approves what they planned: another person has to"));
        }
        let rules = active.bundle().set(&maintenance.new.policy_set).and_then(|set| set.maintenance.as_ref());
        if let Some(item) = rules.and_then(|rules| rules.approval.as_ref()) {
            let said = StatementRequest {
                item: item.to_string(),
                satisfied: Some(true),
                environment: Some(maintenance.new.asked_in.to_string()),
                services: maintenance.new.services.iter().map(ToString::to_string).collect(),
                ..StatementRequest::default()
            };
            self.state(&said, principal).await?;
        }
        self.take_step(&maintenance, person, Step::Approved).await.map(Some)
    }

    /// Gives one up that did not open. `None`: there is none of that name for whoever asks.
    pub async fn cancel_maintenance(
        &self,
        id: &str,
        reason: &str,
        principal: &Principal,
    ) -> Result<Option<MaintenanceBody>, GateError> {
        let reason = Arc::from(reasoned(reason).map_err(|error| GateError::Malformed(vec![error]))?);
        let Some((maintenance, _)) = self.maintenance_for(id, principal, &KEEPERS).await? else { return Ok(None) };
        let person = a_person(principal, &maintenance)?;
        match maintenance.state {
            MaintenanceState::Open => Err(GateError::unmaintained("it is open: it is closed, not given up")),
            state if state.is_over() => Err(over(state)),
            _ => self.take_step(&maintenance, person, Step::Cancelled { reason }).await.map(Some),
        }
    }

    /// One of them, for whoever holds one of these roles for all of it.
    async fn maintenance_for(
        &self,
        id: &str,
        principal: &Principal,
        roles: &[Role],
    ) -> Result<Option<Known>, GateError> {
        let known = self.ledger().maintenance(id).await?;
        Ok(known.filter(|(maintenance, _)| may(principal, roles, maintenance)))
    }

    async fn take_step(
        &self,
        maintenance: &Maintenance,
        by: Arc<str>,
        step: Step,
    ) -> Result<MaintenanceBody, GateError> {
        let id = maintenance.new.id.clone();
        let step = MaintenanceStep { id: id.clone(), number: maintenance.steps + 1, by, step };
        self.ledger().act(act(Act::MaintenanceChanged(step), Vec::new())).await?;
        self.recorded_maintenance(&id).await
    }

    async fn recorded_maintenance(&self, id: &str) -> Result<MaintenanceBody, GateError> {
        let gone = || GateError::Internal(format!("maintenance `{id}` is not in the record"));
        let known = self.ledger().maintenance(id).await?.ok_or_else(gone)?;
        self.shown_maintenance(known).await
    }

    async fn shown_maintenance(&self, (maintenance, taken): Known) -> Result<MaintenanceBody, GateError> {
        let said = self.said_for(&maintenance).await?;
        Ok(Shown { maintenance: &maintenance, taken: &taken, said: &said }.whole(clock::now()))
    }
}

fn may(principal: &Principal, roles: &[Role], maintenance: &Maintenance) -> bool {
    let new = &maintenance.new;
    roles.iter().any(|role| principal.may(*role, &new.environment, &new.services))
}

/// The person behind the token, for whom these statements count.
fn a_person(principal: &Principal, maintenance: &Maintenance) -> Result<Arc<str>, GateError> {
    vouched_there(principal, &maintenance.new.environment)?;
    if principal.scope != maintenance.new.scope {
        let message = "it is of another scope: what is stated in this one does not count for it";
        return Err(GateError::unmaintained(message));
    }
    person(principal)
}

fn person(principal: &Principal) -> Result<Arc<str>, GateError> {
    let program = || GateError::unmaintained("a program maintains nothing: this needs a person's token");
    principal.person.clone().ok_or_else(program)
}

/// Whether it stands so that it can be, and its window is not over.
fn stands(maintenance: &Maintenance, wanted: &[MaintenanceState], done: &str) -> Result<Timestamp, GateError> {
    let now = clock::now();
    if wanted.contains(&maintenance.state) {
        return match maintenance.stands(now) {
            MaintenanceState::Expired => {
                Err(GateError::unmaintained(&format!("its window was over at {}: plan another", maintenance.new.until)))
            }
            _ => Ok(now),
        };
    }
    match maintenance.state {
        state if state.is_over() => Err(over(state)),
        MaintenanceState::Planned => {
            Err(GateError::unmaintained(&format!("it cannot be {done}: nobody approved it yet")))
        }
        state => Err(GateError::unmaintained(&format!("it cannot be {done}: it is {}", state.word()))),
    }
}

fn over(state: MaintenanceState) -> GateError {
    GateError::unmaintained(&format!("it is over: {}", state.word()))
}

impl GateError {
    /// A maintenance that does not go on like this.
    pub(crate) fn unmaintained(why: &str) -> Self {
        Self::Unmaintained(vec![placed("maintenance", why)])
    }
}
