//! `/v1/deployments/{id}`: what became of deployments.

use crate::{
    api::{
        deployments::EventRequestBody,
        problem::{Problem, ProblemKind},
    },
    gate::{Gate, events::Said},
    http::{
        body,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};
use std::sync::Arc;

/// Its decisions, and what became of it.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let history = gate.history(&id, &principal).await?;
    history.map(|history| json(StatusCode::OK, "application/json", &history)).ok_or_else(nothing)
}

/// Records what became of it, also when the caller hangs up.
pub async fn became(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let said: EventRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let said = Said::read(said)?;
    let event = to_its_end(async move { gate.became(&id, &principal, said).await }).await?;
    event.map(|event| json(StatusCode::CREATED, "application/json", &event)).ok_or_else(nothing)
}

fn nothing() -> Refused {
    Problem::new(ProblemKind::NotFound, "there is no decision about such a deployment").into()
}
