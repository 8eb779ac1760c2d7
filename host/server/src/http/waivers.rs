//! `POST /v1/waivers/{id}/agree`: somebody's own word that a waiver is tolerable.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::Gate,
    http::{reply::Refused, to_its_end::to_its_end},
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
    match to_its_end(async move { gate.agree(&id, &principal).await }).await? {
        Some(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such waiver").into()),
    }
}
