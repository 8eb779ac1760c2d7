//! `/v1/watches`: what signals say of deployments that run.

use crate::{
    api::{
        problem::{Problem, ProblemKind},
        watches::{WatchCancelBody, WatchRequestBody},
    },
    gate::{Gate, error::GateError},
    http::{
        body,
        page::Reading,
        query,
        reply::{Refused, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_ledger::{
    id::DecisionId,
    watch::{WATCHES_MAX, WatchState, WatchesAsked},
};

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
        let mut reading = Reading::default();
        let decision = reading.said("decision", self.decision.as_deref(), DecisionId::parse);
        let state = reading.state(self.state.as_deref(), WatchState::parse);
        let (before, limit) = reading.page(self.before, self.limit, WATCHES_MAX);
        reading.done(WatchesAsked { decision, state, before, limit })
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
    uri: Uri,
) -> Result<Response, Refused> {
    let filter: Filter = query::read(&uri)?;
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
