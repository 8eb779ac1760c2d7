//! `POST /v1/decisions` and `GET /v1/decisions/{id}`.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Caller, Gate, clock, submission::Submission},
    http::{
        body, form,
        idempotency::idempotency_key,
        json as bodies, query,
        reply::{Form, Refused, Statuses, decided, json},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use std::{sync::Arc, time::Instant};

/// What may stand behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// `always-200`: every decision is answered with 200.
    status: Option<String>,
}

impl Options {
    fn statuses(&self) -> Result<Statuses, Refused> {
        match self.status.as_deref() {
            None => Ok(Statuses::ByPermission),
            Some("always-200") => Ok(Statuses::Always200),
            Some(_) => Err(Problem::new(ProblemKind::MalformedRequest, "status: only `always-200` is known").into()),
        }
    }
}

/// Decides.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, body) = request.into_parts();
    let options: Options = query::read(&parts.uri)?;
    let statuses = options.statuses()?;
    let caller = caller_of(&parts.headers, principal)?;
    let submission = submission_of(&gate, &parts.headers, body).await?;
    let form = Form::of(&parts.headers);
    // Only now: a body that trickles in must not keep others from being decided.
    let admitted = waiting.admit().await?;
    let deciding = async move {
        let decided = gate.decide(submission, caller).await;
        drop(admitted);
        decided
    };
    let answer = to_its_end(deciding).await?;
    Ok(decided(&answer, form, statuses, clock::now()))
}

/// Reads a recorded decision.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    match gate.read_decision(&principal, &id, "").await? {
        Some(answer) => Ok(decided(&answer, Form::of(&headers), Statuses::Always200, clock::now())),
        None => {
            gate.unless_archived(&principal, &id).await?;
            Err(Problem::new(ProblemKind::NotFound, "there is no such decision").into())
        }
    }
}

/// The span tree of a decision that one may read, as OTLP's JSON.
pub async fn trace(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let readable = gate.read_decision(&principal, &id, "/trace").await?.is_some();
    let tree = if readable { gate.trace(&id).await? } else { None };
    if tree.is_none() {
        gate.unless_archived(&principal, &id).await?;
    }
    let tree = tree.ok_or_else(|| Problem::new(ProblemKind::NotFound, "there is no trace of such a decision"))?;
    Ok(json(StatusCode::OK, "application/json", &tree))
}

/// Confirms a forced deployment, and answers with what it is from then on.
pub async fn confirm(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    match to_its_end(async move { gate.confirm(&id, &principal).await }).await? {
        Some(answer) => Ok(decided(&answer, Form::of(&headers), Statuses::ByPermission, clock::now())),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such decision").into()),
    }
}

async fn submission_of(gate: &Gate, headers: &HeaderMap, body: Body) -> Result<Submission, Refused> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let whole = || body::read(headers, body, gate.body_limits());
    match media_type.as_str() {
        "multipart/form-data" => Ok(form::submission_of(headers, whole().await?, gate.documents_max()).await?),
        "application/json" => Ok(bodies::submission_of(&whole().await?)?),
        _ => {
            let detail = "send `multipart/form-data` (`curl -F …`) or `application/json`";
            Err(Problem::new(ProblemKind::UnsupportedMediaType, detail).into())
        }
    }
}

pub(super) fn caller_of(headers: &HeaderMap, principal: Arc<Principal>) -> Result<Caller, Refused> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Caller {
        principal,
        idempotency_key: idempotency_key(headers)?,
        traceparent: text("traceparent"),
        tracestate: text("tracestate"),
    })
}
