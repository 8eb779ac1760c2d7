//! `/v1/obligations`: what forced deployments left to be done.

use crate::{
    api::{
        obligations::{FulfilmentRequest, ObligationBody, ObligationsBody},
        problem::{Problem, ProblemKind},
    },
    gate::Gate,
    http::{
        body, query,
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
use serde::Deserialize;
use std::sync::Arc;

/// Bytes of the request, at most.
const BODY_BYTES_MAX: u64 = 16 * 1024;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `open` (not fulfilled) or `overdue` (of those what is late).
    state: Option<String>,
    service: Option<String>,
    environment: Option<String>,
}

impl Filter {
    fn known(&self) -> Result<(), Refused> {
        match self.state.as_deref() {
            None | Some("open" | "overdue") => Ok(()),
            Some(_) => {
                let detail = "state: only `open` and `overdue` are known";
                Err(Problem::new(ProblemKind::MalformedRequest, detail).into())
            }
        }
    }

    fn fits(&self, one: &ObligationBody) -> bool {
        let state = match self.state.as_deref() {
            Some("open") => one.state != "fulfilled",
            Some(_) => matches!(one.state.as_str(), "overdue" | "holding"),
            None => true,
        };
        state
            && self.service.as_ref().is_none_or(|service| one.services.contains(service))
            && self.environment.as_ref().is_none_or(|environment| one.environment == *environment)
    }
}

/// Those that one may read.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let filter: Filter = query::read(request.uri())?;
    filter.known()?;
    let mut obligations = gate.obligations(&principal).await?;
    obligations.retain(|one| filter.fits(one));
    Ok(json(StatusCode::OK, "application/json", &ObligationsBody { obligations }))
}

/// Fulfils one, and answers with it.
pub async fn fulfil(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let limits = body::BodyLimits { bytes_max: BODY_BYTES_MAX, ..gate.body_limits() };
    let bytes = body::read(&parts.headers, body, limits).await?;
    let asked: FulfilmentRequest = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, error.to_string()))?;
    match to_its_end(async move { gate.fulfil(&id, &asked.with, &principal).await }).await? {
        Some(obligation) => Ok(json(StatusCode::OK, "application/json", &obligation)),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such obligation").into()),
    }
}
