//! `/log/…` and receipts: the record as a transparency log (C2SP tlog-tiles, tlog-checkpoint, tlog-proof).

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Gate, error::GateError, readings::Reading},
    http::{
        body::{self, BodyLimits},
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::{principal::Principal, role::Role},
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tidegate_ledger::{
    note::NOTE_BYTES_MAX,
    tile::{Tile, TileOf},
};

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
/// Grows with every record.
const MUTABLE: &str = "no-cache";
/// A tile of a width never changes; whoever may read it is another matter, so nothing between keeps it.
const IMMUTABLE: &str = "private, max-age=31536000, immutable";

/// The last checkpoint.
pub async fn checkpoint(State(gate): State<Arc<Gate>>) -> Result<Response, Refused> {
    let note = gate.ledger().checkpoint().await.map_err(GateError::from)?;
    found(note, TEXT, MUTABLE, "nothing was signed yet")
}

/// What a witness saw: the checkpoint with its cosignature. Whose it is is said by the cosignature, not by the token.
pub async fn cosigned(State(gate): State<Arc<Gate>>, request: Request) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let limits = BodyLimits { bytes_max: NOTE_BYTES_MAX as u64, ..gate.body_limits() };
    let note = body::read(&parts.headers, body, limits).await?;
    let note = String::from_utf8(note.into())
        .map_err(|_| Problem::new(ProblemKind::MalformedRequest, "the body is not UTF-8"))?;
    let seen = to_its_end(async move { gate.cosigned(note).await }).await?;
    Ok(json(StatusCode::OK, "application/json", &seen))
}

/// A tile or an entry bundle.
pub async fn tile(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(path): Path<String>,
) -> Result<Response, Refused> {
    let tile: Tile = path.parse().map_err(|_| Problem::new(ProblemKind::NotFound, "that names no tile"))?;
    // Leaves are of whatever environment and service; hashes say nothing of them.
    if tile.of == TileOf::Entries && !principal.may_throughout(Role::Audit, None, None) {
        let detail = "leaves are for whoever holds `audit` for all environments and services";
        return Err(Problem::new(ProblemKind::Forbidden, detail).into());
    }
    let bytes = gate.ledger().tile(&tile).await.map_err(GateError::from)?;
    if tile.of == TileOf::Entries && bytes.is_some() {
        let rows = usize::try_from(tile.width).unwrap_or(usize::MAX);
        gate.read_by(&principal, Reading { route: "/log/tile/entries", asked: &[], rows }).await?;
    }
    found(bytes, BYTES, IMMUTABLE, "there is no such tile yet")
}

/// The receipt of a decision that one may read.
pub async fn receipt(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let readable = gate.read_decision(&principal, &id, "/receipt").await?.is_some();
    let receipt = if readable { gate.receipt(&id).await? } else { gate.receipt_of_archived(&principal, &id).await? };
    found(receipt, TEXT, MUTABLE, "there is no such decision")
}

fn found<T: IntoResponse>(
    body: Option<T>,
    media_type: &'static str,
    kept: &'static str,
    absent: &str,
) -> Result<Response, Refused> {
    let body = body.ok_or_else(|| Problem::new(ProblemKind::NotFound, absent))?;
    Ok(([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, kept)], body).into_response())
}
