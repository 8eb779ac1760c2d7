//! `POST /v1/decisions` and `GET /v1/decisions/{id}`.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{Caller, Gate, clock, submission::Submission},
    http::{
        body, form, json,
        reply::{Form, Refused, Statuses, decided},
    },
};
use axum::{
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, header},
    response::Response,
};
use serde::Deserialize;
use std::sync::Arc;

/// Bytes of an idempotency key, at most.
const KEY_BYTES_MAX: usize = 255;

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
pub async fn create(State(gate): State<Arc<Gate>>, request: Request) -> Result<Response, Refused> {
    let waiting = gate.admission().enter()?;
    let (parts, body) = request.into_parts();
    let options: Query<Options> = Query::try_from_uri(&parts.uri)
        .map_err(|error| Problem::new(ProblemKind::MalformedRequest, format!("query: {}", error.body_text())))?;
    let statuses = options.statuses()?;
    let caller = caller_of(&parts.headers)?;
    let submission = submission_of(&gate, &parts.headers, body).await?;
    let form = Form::of(&parts.headers);
    // Only now: a body that trickles in must not keep others from being decided.
    let admitted = waiting.admit().await?;
    // Once taken, a decision is made and recorded even if the caller hangs up.
    let task = tokio::spawn(async move {
        let decided = gate.decide(submission, caller).await;
        drop(admitted);
        decided
    });
    let answer =
        task.await.map_err(|error| Refused::from(crate::gate::error::GateError::Internal(error.to_string())))??;
    Ok(decided(&answer, form, statuses, clock::now()))
}

/// Reads a recorded decision.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    match gate.recorded(&id).await? {
        Some(answer) => Ok(decided(&answer, Form::of(&headers), Statuses::Always200, clock::now())),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such decision").into()),
    }
}

async fn submission_of(gate: &Gate, headers: &HeaderMap, body: Body) -> Result<Submission, Refused> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let whole = || body::read(headers, body, gate.body_limits());
    match media_type.as_str() {
        "multipart/form-data" => Ok(form::submission_of(headers, whole().await?, gate.documents_max()).await?),
        "application/json" => Ok(json::submission_of(&whole().await?)?),
        _ => {
            let detail = "send `multipart/form-data` (`curl -F …`) or `application/json`";
            Err(Problem::new(ProblemKind::UnsupportedMediaType, detail).into())
        }
    }
}

fn caller_of(headers: &HeaderMap) -> Result<Caller, Refused> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let idempotency_key = headers.get("idempotency-key").map(|value| match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= KEY_BYTES_MAX => Ok(key.to_owned()),
        _ => {
            let detail = format!(
                "Idempotency-Key: {} bytes used, 1 to {KEY_BYTES_MAX} visible ASCII characters allowed",
                value.len()
            );
            Err(Refused::from(Problem::new(ProblemKind::MalformedRequest, detail)))
        }
    });
    Ok(Caller {
        idempotency_key: idempotency_key.transpose()?,
        traceparent: text("traceparent"),
        tracestate: text("tracestate"),
    })
}
