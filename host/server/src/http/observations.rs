//! `/v1/observations`: what somebody else saw, and what the plugin says of it.

use crate::{
    api::{
        observations::ObservationBody,
        problem::{Problem, ProblemKind},
    },
    gate::{Gate, watches::advising::Asked},
    http::{
        body,
        reply::{Refused, json},
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use std::{sync::Arc, time::Instant};

/// Bytes of one observation, at most: some ten thousand samples.
const OBSERVATION_BYTES_MAX: u64 = 1024 * 1024;

/// Advises, and keeps nothing.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, sent) = request.into_parts();
    let seen: ObservationBody = body::json_within(&gate, &parts.headers, sent, OBSERVATION_BYTES_MAX).await?;
    let asked = Asked::read(&seen)?;
    let _admitted = waiting.admit().await?;
    let advice = gate.advise(&seen.decision, asked, &principal).await?;
    let nothing = || Problem::new(ProblemKind::NotFound, "there is no such decision").into();
    advice.map(|advice| json(StatusCode::OK, "application/json", &advice)).ok_or_else(nothing)
}
