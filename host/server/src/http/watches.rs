//! `/v1/watches`: what signals say of deployments that run.

use crate::{
    api::{
        problem::{Problem, ProblemKind},
        watches::{WatchCancelBody, WatchRequestBody},
    },
    gate::{Gate, error::GateError, error::placed},
    http::{
        body,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_ledger::{
    id::DecisionId,
    watch::{WATCHES_MAX, WatchState, WatchesAsked},
};

/// The largest number that every JSON reader keeps as it is.
const LEAF_MAX: u64 = 1 << 53;
/// Watches of a page where nobody says how many.
const PAGE: u32 = 50;

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Of this decision.
    decision: Option<String>,
    /// That stand so.
    state: Option<String>,
    /// Those before this one: `next` of the page before.
    before: Option<u64>,
    /// So many at most.
    limit: Option<u32>,
}

impl Filter {
    fn asked(self) -> Result<WatchesAsked, GateError> {
        let mut errors = Vec::new();
        let decision = self.decision.as_deref().map(DecisionId::parse).transpose();
        let decision = decision.map_err(|error| errors.push(placed("decision", error))).ok().flatten();
        let state = self.state.as_deref().map(|word| WatchState::parse(word).ok_or("no such state")).transpose();
        let state = state.map_err(|error| errors.push(placed("state", error))).ok().flatten();
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=WATCHES_MAX).contains(&limit) {
            errors.push(placed("limit", format!("{limit} used, 1 to {WATCHES_MAX} allowed")));
        }
        if self.before.is_some_and(|before| before > LEAF_MAX) {
            errors.push(placed("before", format!("at most {LEAF_MAX}")));
        }
        let asked = WatchesAsked { decision, state, before: self.before, limit };
        if errors.is_empty() { Ok(asked) } else { Err(GateError::Malformed(errors)) }
    }
}

/// Begins one, or answers with the one that runs.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let asked: WatchRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let watch = to_its_end(async move { gate.start_watch(&asked.decision, &principal).await }).await?;
    let nothing = || Problem::new(ProblemKind::NotFound, "there is no such decision").into();
    watch.map(|watch| json(StatusCode::CREATED, "application/json", &watch)).ok_or_else(nothing)
}

/// Those that one may read.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let Query(filter): Query<Filter> = Query::try_from_uri(request.uri())
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, format!("query: {}", error.body_text())))?;
    let watches = gate.watches(&filter.asked()?, &principal).await?;
    Ok(json(StatusCode::OK, "application/json", &watches))
}

/// How one stands.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let watch = gate.watch(&id, &principal).await?;
    watch.map(|watch| json(StatusCode::OK, "application/json", &watch)).ok_or_else(nothing)
}

/// Ends one, and answers with how it stands from then on.
pub async fn cancel(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let asked: WatchCancelBody = body::small_json(&gate, &parts.headers, sent).await?;
    let watch = to_its_end(async move { gate.cancel_watch(&id, &asked.reason, &principal).await }).await?;
    watch.map(|watch| json(StatusCode::OK, "application/json", &watch)).ok_or_else(nothing)
}

fn nothing() -> Refused {
    Problem::new(ProblemKind::NotFound, "there is no such watch").into()
}
