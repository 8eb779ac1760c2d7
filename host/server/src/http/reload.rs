//! `POST /v1/reload`: the policies anew.

use crate::{
    api::status::ReloadedBody,
    gate::{
        Gate,
        reload::{ReloadError, Reloaded, Trigger},
    },
    http::reply::{Refused, json},
    identity::principal::Principal,
};
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use std::sync::Arc;

/// Loads the policies anew, and says whether others are in force now.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
) -> Result<Response, Refused> {
    answer(gate.reload(Trigger::Request(principal.name.clone())).await)
}

/// What came of it.
pub(super) fn answer(result: Result<Reloaded, ReloadError>) -> Result<Response, Refused> {
    let reloaded = result.map_err(|error| Refused(error.problem()))?;
    let body = ReloadedBody {
        changed: reloaded.changed(),
        old: reloaded.old.to_string(),
        new: reloaded.new.to_string(),
        activated_at: reloaded.since.to_string(),
    };
    Ok(json(StatusCode::OK, "application/json", &body))
}
