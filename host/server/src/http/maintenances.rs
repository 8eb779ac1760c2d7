//! `/v1/maintenances`: windows in which people work on services.

use crate::{
    api::{
        maintenances::{MaintenanceBody, MaintenanceCancelBody, MaintenanceCloseBody, MaintenanceRequestBody},
        problem::{Problem, ProblemKind},
    },
    gate::{Gate, clock, error::GateError, maintenances::planning::Asked},
    http::{
        body,
        page::Reading,
        query,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;
use std::{sync::Arc, time::Instant};
use tidegate_core::name::EnvironmentName;
use tidegate_ledger::maintenance::{MAINTENANCES_MAX, MaintenanceState, MaintenancesAsked};

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// There.
    environment: Option<String>,
    /// That stand so now.
    state: Option<String>,
    /// Those before this one: `next` of the page before.
    before: Option<u64>,
    /// So many at most.
    limit: Option<u32>,
}

impl Filter {
    fn asked(self) -> Result<MaintenancesAsked, GateError> {
        let mut reading = Reading::default();
        let environment = reading.said("environment", self.environment.as_deref(), EnvironmentName::parse);
        let state = reading.state(self.state.as_deref(), MaintenanceState::parse);
        let (before, limit) = reading.page(self.before, self.limit, MAINTENANCES_MAX);
        let state = state.map(|state| (state, clock::now()));
        reading.done(MaintenancesAsked { environment, state, before, limit })
    }
}

/// Plans one; one of an emergency is open from then on.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    // It may ask for a decision.
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, sent) = request.into_parts();
    let asked: MaintenanceRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let asked = Asked::read(&asked)?;
    let admitted = waiting.admit().await?;
    let planning = async move {
        let planned = gate.plan_maintenance(asked, &principal).await;
        drop(admitted);
        planned
    };
    Ok(json(StatusCode::CREATED, "application/json", &to_its_end(planning).await?))
}

/// Those that one may read.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Result<Response, Refused> {
    let filter: Filter = query::read(&uri)?;
    let page = gate.maintenances(&filter.asked()?, &principal).await?;
    Ok(json(StatusCode::OK, "application/json", &page))
}

/// One of them, with what is still to be done.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    found(gate.maintenance(&id, &principal).await?)
}

/// Approves one that somebody else planned.
pub async fn approve(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    found(to_its_end(async move { gate.approve_maintenance(&id, &principal).await }).await?)
}

/// Opens one, by a decision.
pub async fn open(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let admitted = gate.admission().enter(&principal, Instant::now())?.admit().await?;
    let opening = async move {
        let opened = gate.open_maintenance(&id, &principal).await;
        drop(admitted);
        opened
    };
    found(to_its_end(opening).await?)
}

/// Closes one.
pub async fn close(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let asked: MaintenanceCloseBody = body::small_json(&gate, &parts.headers, sent).await?;
    found(to_its_end(async move { gate.close_maintenance(&id, &asked.verification, &principal).await }).await?)
}

/// Gives one up that did not open.
pub async fn cancel(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let asked: MaintenanceCancelBody = body::small_json(&gate, &parts.headers, sent).await?;
    found(to_its_end(async move { gate.cancel_maintenance(&id, &asked.reason, &principal).await }).await?)
}

fn found(maintenance: Option<MaintenanceBody>) -> Result<Response, Refused> {
    let nothing = || Problem::new(ProblemKind::NotFound, "there is no such maintenance").into();
    maintenance.map(|maintenance| json(StatusCode::OK, "application/json", &maintenance)).ok_or_else(nothing)
}
