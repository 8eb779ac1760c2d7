//! `/v1/incidents`: what went wrong after deployments, and what is done about it.

use crate::{
    api::{
        incidents::{IncidentRequestBody, IncidentWordBody},
        problem::{Problem, ProblemKind},
    },
    gate::{
        Gate, clock,
        error::{GateError, placed},
        incidents::asked::{AskedToOpen, AskedToSay},
    },
    http::{
        body,
        idempotency::idempotency_key,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_ledger::{
    id::DecisionId,
    incident::{Happening, INCIDENTS_MAX, IncidentState, IncidentsAsked},
};

/// The largest number that every JSON reader keeps as it is.
const LEAF_MAX: u64 = 1 << 53;
/// Incidents of a page where nobody says how many.
const PAGE: u32 = 50;

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
        let mut errors = Vec::new();
        let decision = self.decision.as_deref().map(DecisionId::parse).transpose();
        let decision = decision.map_err(|error| errors.push(placed("decision", error))).ok().flatten();
        let state = self.state.as_deref().map(|word| IncidentState::parse(word).ok_or("no such state")).transpose();
        let state = state.map_err(|error| errors.push(placed("state", error))).ok().flatten();
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=INCIDENTS_MAX).contains(&limit) {
            errors.push(placed("limit", format!("{limit} used, 1 to {INCIDENTS_MAX} allowed")));
        }
        if self.before.is_some_and(|before| before > LEAF_MAX) {
            errors.push(placed("before", format!("at most {LEAF_MAX}")));
        }
        let asked = IncidentsAsked { decision, state, before: self.before, limit };
        if errors.is_empty() { Ok(asked) } else { Err(GateError::Malformed(errors)) }
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
    request: Request,
) -> Result<Response, Refused> {
    let Query(filter): Query<Filter> = Query::try_from_uri(request.uri())
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, format!("query: {}", error.body_text())))?;
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
