//! `POST /v1/decisions/{id}/permit` and `…/revoke`.

use crate::{
    api::{
        permit::{PermitRequestBody, RevocationRequestBody},
        problem::{Problem, ProblemKind},
    },
    gate::{Gate, clock, permits::Asked},
    http::{
        body,
        idempotency::idempotency_key,
        reply::{Form, Refused, Statuses, decided, json},
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

/// Asks for a permit. Once asked for, one that can be given is recorded, also when the caller hangs up.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let asked: PermitRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let asked = Asked::read(&id, &asked)?;
    let permit = to_its_end(async move { gate.permit(&id, &principal, asked, key.as_deref()).await }).await?;
    permit.map(|permit| json(StatusCode::OK, "application/json", &permit)).ok_or_else(nothing)
}

/// Takes a decision back, and answers with what it is from then on.
pub async fn revoke(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let asked: RevocationRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let form = Form::of(&parts.headers);
    let answer = to_its_end(async move { gate.revoke(&id, &principal, &asked.reason).await }).await?;
    answer.map(|answer| decided(&answer, form, Statuses::Always200, clock::now())).ok_or_else(nothing)
}

fn nothing() -> Refused {
    Problem::new(ProblemKind::NotFound, "there is no such decision").into()
}
