//! `/v1/incidents`: what went wrong after deployments, and what is done about it.

use crate::{
    api::{
        incidents::{IncidentRequestBody, IncidentWordBody},
        problem::{Problem, ProblemKind},
    },
    gate::{
        Gate, clock,
        error::GateError,
        incidents::asked::{AskedToOpen, AskedToSay},
    },
    http::{
        body,
        idempotency::idempotency_key,
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
use std::sync::Arc;
use tidegate_ledger::{
    id::DecisionId,
    incident::{Happening, INCIDENTS_MAX, IncidentState, IncidentsAsked},
};

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Of deployments that went by this decision.
    decision: Option<String>,
    /// That stand so.
    state: Option<String>,
    /// Those before this one: `next` of the page before.
    before: Option<u64>,
    /// So many at most.
    limit: Option<u32>,
}

impl Filter {
    fn asked(self) -> Result<IncidentsAsked, GateError> {
        let mut reading = Reading::default();
        let decision = reading.said("decision", self.decision.as_deref(), DecisionId::parse);
        let state = reading.state(self.state.as_deref(), IncidentState::parse);
        let (before, limit) = reading.page(self.before, self.limit, INCIDENTS_MAX);
        reading.done(IncidentsAsked { decision, state, before, limit })
    }
}

/// Opens one, also when the caller hangs up.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let asked: IncidentRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let asked = AskedToOpen::read(&asked, clock::now())?;
    let opened = to_its_end(async move { gate.open_incident(&principal, asked, key.as_deref()).await }).await?;
    let nothing = || Problem::new(ProblemKind::NotFound, "there is no such deployment").into();
    opened.map(|incident| json(StatusCode::CREATED, "application/json", &incident)).ok_or_else(nothing)
}

/// Those that one may read.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Result<Response, Refused> {
    let filter: Filter = query::read(&uri)?;
    let incidents = gate.incidents(&filter.asked()?, &principal).await?;
    Ok(json(StatusCode::OK, "application/json", &incidents))
}

/// How one stands.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let incident = gate.incident(&id, &principal).await?;
    incident.map(|incident| json(StatusCode::OK, "application/json", &incident)).ok_or_else(nothing)
}

/// A person sees to it.
pub async fn acknowledge(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    happened(gate, principal, id, Happening::Acknowledged, request).await
}

/// Somebody says how it stands.
pub async fn update(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    happened(gate, principal, id, Happening::Updated, request).await
}

/// A person says that it is over.
pub async fn resolve(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    happened(gate, principal, id, Happening::Resolved, request).await
}

async fn happened(
    gate: Arc<Gate>,
    principal: Arc<Principal>,
    id: String,
    happening: Happening,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let said: IncidentWordBody = body::small_json(&gate, &parts.headers, sent).await?;
    let asked = AskedToSay::read(&said)?;
    let changed = to_its_end(async move { gate.change_incident(&id, (happening, asked), &principal).await }).await?;
    changed.map(|incident| json(StatusCode::OK, "application/json", &incident)).ok_or_else(nothing)
}

fn nothing() -> Refused {
    Problem::new(ProblemKind::NotFound, "there is no such incident").into()
}
