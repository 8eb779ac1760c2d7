//! `POST /v1/decisions/{id}/verify`: a look at a deployment after it went out.

use crate::{
    api::{
        problem::{Problem, ProblemKind},
        request::DeploymentRequestBody,
    },
    gate::{
        Gate, clock,
        error::GateError,
        error::placed,
        submission::{Submission, Upload},
    },
    http::{
        body,
        decisions::caller_of,
        form, json as bodies,
        reply::{Form, Refused, Statuses, decided},
        to_its_end::to_its_end,
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, header},
    response::Response,
};
use std::{sync::Arc, time::Instant};

/// Looks and decides, also when the caller hangs up. 200 only when the deployment may stay.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let waiting = gate.admission().enter(&principal, Instant::now())?;
    let (parts, sent) = request.into_parts();
    let mut caller = caller_of(&parts.headers, principal)?;
    // Each look is of its own moment: there is nothing to repeat.
    caller.idempotency_key = None;
    let handed = handed_in(&gate, &parts.headers, sent).await?;
    let form = Form::of(&parts.headers);
    let admitted = waiting.admit().await?;
    let verifying = async move {
        let verified = gate.verify(&id, handed, caller).await;
        drop(admitted);
        verified
    };
    match to_its_end(verifying).await? {
        Some(answer) => Ok(decided(&answer, form, Statuses::ByPermission, clock::now())),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such decision").into()),
    }
}

/// Reports that are judged beside what the gate sees; nothing else may be said.
async fn handed_in(gate: &Gate, headers: &HeaderMap, sent: Body) -> Result<Vec<Upload>, Refused> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let whole = body::read(headers, sent, gate.body_limits()).await?;
    match media_type.as_str() {
        "multipart/form-data" => Ok(alone(form::submission_of(headers, whole, gate.documents_max()).await?)?),
        "application/json" => Ok(bodies::evidence_of(&whole)?),
        "" if whole.is_empty() => Ok(Vec::new()),
        _ => {
            let detail = "send `multipart/form-data` (`curl -F …`) or `application/json`";
            Err(Problem::new(ProblemKind::UnsupportedMediaType, detail).into())
        }
    }
}

fn alone(submission: Submission) -> Result<Vec<Upload>, GateError> {
    let Submission { deployment, skip, emergency, evidence } = submission;
    if deployment != DeploymentRequestBody::default() || !skip.is_empty() || emergency.is_some() {
        let message = "only documents are handed in: what was deployed is known";
        return Err(GateError::Malformed(vec![placed("body", message)]));
    }
    Ok(evidence)
}
