//! Whether the gate lives, whether it is ready, and what it counts.

use crate::{
    gate::Gate,
    http::reply::json,
    telemetry::metrics::{CONTENT_TYPE, Standing},
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::{sync::Arc, time::Instant};

/// The process lives.
pub async fn healthz() -> Response {
    "ok\n".into_response()
}

/// New requests are welcome: the policies are loaded, the ledger can be written, and the gate is not stopping. Files that could
/// not be used change nothing about that, since the gate decides by the bundle from before; they are a further line.
pub async fn readyz(State(gate): State<Arc<Gate>>) -> Response {
    if gate.ready().await {
        let complaint = gate.complaint().map(|complaint| format!("policies: {complaint}\n"));
        format!("ready\n{}", complaint.unwrap_or_default()).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

/// How everything stands.
pub async fn status(State(gate): State<Arc<Gate>>) -> Response {
    json(StatusCode::OK, "application/json", &gate.status().await)
}

/// OpenMetrics text.
pub async fn metrics(State(gate): State<Arc<Gate>>) -> Response {
    let (in_flight, queued) = gate.admission().standing();
    gate.metrics().stands(Standing { in_flight, queued, ledger: gate.ledger().counts() });
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
