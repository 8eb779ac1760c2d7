//! `POST /v1/bundles`: a signed bundle comes into force. `POST /v1/bundles/revert`: an earlier one does again.

use crate::{
    api::bundles::RevertBody,
    gate::{
        Gate,
        bundles::Source,
        error::{GateError, parsed},
        reload::Trigger,
    },
    http::{
        body::{self, BodyLimits},
        reload::answer,
        reply::Refused,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use std::{sync::Arc, time::Instant};
use tidegate_core::digest::Digest;
use tidegate_registry::{bundle::Bundle, stored::Stored as _};

/// Brings the bundle in the body into force.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, body) = request.into_parts();
    let limits = BodyLimits { bytes_max: Bundle::BYTES_MAX, ..gate.body_limits() };
    let bytes = body::read(&parts.headers, body, limits).await?;
    let _admitted = waiting.admit().await?;
    answer(gate.activate(Source::Handed(bytes), Trigger::Bundle(principal.name.clone())).await)
}

/// Brings an earlier one into force again.
pub async fn revert(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let RevertBody { to } = body::small_json(&gate, &parts.headers, body).await?;
    let mut errors = Vec::new();
    let to = parsed("to", to.as_deref(), Digest::parse, &mut errors);
    if !errors.is_empty() {
        return Err(GateError::Malformed(errors).into());
    }
    answer(gate.activate(Source::Earlier(to), Trigger::Revert(principal.name.clone())).await)
}
