//! Whether the gate lives, whether it is ready, and what it counts.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Gate, clock},
    http::reply::{Refused, json},
    telemetry::metrics::{CONTENT_TYPE, Standing},
};
use axum::{
    extract::{MatchedPath, Query, Request, State},
    http::{StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use std::{sync::Arc, time::Instant};

/// What a gate says of itself whose policy files could not be used.
const BY_EARLIER: &str = "policies: the files could not be used, an earlier bundle decides\n";
/// And one whose machine's clock jumped.
const JUMPED: &str = "clock: it jumped within the last hour\n";

/// The process lives.
pub async fn healthz() -> Response {
    "ok\n".into_response()
}

/// What may stand behind the question mark of [`readyz`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// Whether policy files that could not be used count as not ready.
    #[serde(default)]
    strict: bool,
}

/// New requests are welcome: the policies are loaded, the ledger can be written, and the gate is not stopping. Files that could
/// not be used change nothing about that, since the gate decides by the bundle from before: they are a further line, and only
/// whoever asks strictly is told 503.
pub async fn readyz(State(gate): State<Arc<Gate>>, uri: Uri) -> Result<Response, Refused> {
    let Query(asked) = Query::<Readiness>::try_from_uri(&uri)
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, format!("query: {}", error.body_text())))?;
    if !gate.ready().await {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response());
    }
    // Anybody may ask this: more is told by `/v1/status` and the log.
    let mut text = "ready\n".to_owned();
    if gate.files_refused() {
        text.push_str(BY_EARLIER);
    }
    if gate.last_jump().is_some() {
        text.push_str(JUMPED);
    }
    let status = if gate.files_refused() && asked.strict { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    Ok((status, text).into_response())
}

/// How everything stands.
pub async fn status(State(gate): State<Arc<Gate>>) -> Response {
    json(StatusCode::OK, "application/json", &gate.status().await)
}

/// OpenMetrics text.
pub async fn metrics(State(gate): State<Arc<Gate>>) -> Response {
    let (in_flight, queued) = gate.admission().standing();
    let notices = gate.ledger().notice_counts().await.ok();
    let spans = if gate.exports_spans() { gate.ledger().span_counts().await.ok() } else { None };
    let (ledger, now) = (gate.ledger().counts(), clock::now());
    let unseen_for = gate.witnessed(now).await.ok().flatten().map(|witnessed| witnessed.unseen_for);
    gate.metrics().stands(Standing { in_flight, queued, ledger, notices, spans, unseen_for, now });
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], gate.metrics().encode()).into_response()
}

/// Counts every request by its route (never by its path: that would be anybody's text) and status.
pub async fn count(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map(MatchedPath::as_str);
    gate.metrics().answered(route, response.status().as_u16(), started.elapsed());
    response
}
