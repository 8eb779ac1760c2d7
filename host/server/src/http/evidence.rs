//! `PUT|GET /v1/evidence/{digest}`: documents uploaded apart from the decision that cites them.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Gate, error::placed},
    http::{body, reply::Refused},
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use std::{sync::Arc, time::Instant};
use tidegate_core::digest::Digest;

/// Keeps a document; handing it in again changes nothing.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(digest): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let named = digest_of(&digest)?;
    let (parts, body) = request.into_parts();
    let bytes = body::read(&parts.headers, body, gate.document_limits()).await?;
    let _admitted = waiting.admit().await?;
    gate.keep_evidence(&principal, named, bytes).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives a document back as it was handed in, as a download that no browser renders.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(digest): Path<String>,
) -> Result<Response, Refused> {
    let Some(bytes) = gate.evidence(&principal, digest_of(&digest)?).await? else {
        return Err(Problem::new(ProblemKind::NotFound, "there is no such document").into());
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}

fn digest_of(text: &str) -> Result<Digest, Refused> {
    Digest::parse(text).map_err(|error| {
        Refused(Problem::new(ProblemKind::MalformedRequest, error.to_string()).with_errors(vec![placed("path", error)]))
    })
}
