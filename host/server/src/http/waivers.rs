//! `POST /v1/waivers/{id}/agree`: somebody's own word that a waiver is tolerable.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Gate, error::GateError},
    http::reply::Refused,
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

/// Agrees to a waiver, as it is in force now.
pub async fn agree(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    // Recorded even if the caller hangs up.
    let task = tokio::spawn(async move { gate.agree(&id, &principal).await });
    match task.await.map_err(|error| GateError::Internal(error.to_string()))?? {
        Some(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such waiver").into()),
    }
}
