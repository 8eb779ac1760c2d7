//! `/v1/alerts`: alerts that an Alertmanager hands in.
//!
//! It sends again what is answered with 5xx, and nothing that is answered with 4xx: what cannot be recorded now is a 503.

use crate::{
    api::alerts::AlertsBody,
    gate::{Gate, clock, watches::alerted::Handed},
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
use std::{sync::Arc, time::Instant};

/// Bytes of one message, at most: a thousand alerts of a kilobyte.
const ALERTS_BYTES_MAX: u64 = 1024 * 1024;

/// Takes what is news of them.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, sent) = request.into_parts();
    let said: AlertsBody = body::json_within(&gate, &parts.headers, sent, ALERTS_BYTES_MAX).await?;
    let handed = Handed::read(said, clock::now())?;
    let admitted = waiting.admit().await?;
    let answer = to_its_end(async move {
        let _admitted = admitted;
        gate.alerted(handed, &principal).await
    });
    Ok(json(StatusCode::OK, "application/json", &answer.await?))
}
