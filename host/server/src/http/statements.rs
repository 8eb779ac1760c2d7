//! `POST /v1/statements`: a person's own word.

use crate::{
    api::statements::StatementRequest,
    gate::Gate,
    http::{
        body,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use std::sync::Arc;

/// Records it, and answers with what decisions cite.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let said: StatementRequest = body::small_json(&gate, &parts.headers, body).await?;
    let stated = to_its_end(async move { gate.state(&said, &principal).await }).await?;
    Ok(json(StatusCode::CREATED, "application/json", &stated))
}
