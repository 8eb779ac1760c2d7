//! Answers and problems as HTTP responses: the one place where statuses and media types are chosen.

use crate::{
    api::{
        answer::Answer,
        problem::{self, Problem, ProblemKind},
    },
    gate::error::GateError,
};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tidegate_core::time::Timestamp;
use tidegate_evidence::secrets::masked_text;

/// Seconds after which a gate that could not take a request is worth asking again.
const RETRY_AFTER_S: u64 = 1;
/// The same where one caller has more than their share: of what they keep, some may have expired by then.
const QUOTA_RETRY_AFTER_S: u64 = 60;

/// A request that was not decided.
#[derive(Debug)]
pub struct Refused(pub Problem);

impl From<GateError> for Refused {
    fn from(error: GateError) -> Self {
        let problem = error.problem();
        if problem.blame == "host" {
            tracing::error!(error.r#type = problem.type_uri, "{}", masked_text(&error.to_string()));
        } else {
            tracing::info!(error.r#type = problem.type_uri, "{}", problem.detail);
        }
        Self(problem)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, problem::MEDIA_TYPE, &self.0);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let retry_after = match status {
            StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_AFTER_S),
            StatusCode::TOO_MANY_REQUESTS if self.0.is(ProblemKind::QuotaUsedUp) => Some(QUOTA_RETRY_AFTER_S),
            StatusCode::TOO_MANY_REQUESTS => Some(RETRY_AFTER_S),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// How a caller wants a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/json`.
    Json,
    /// `text/plain`: the decision as the runbook prints it.
    Text,
}

impl Form {
    /// Text when the caller accepts it and does not prefer JSON by naming it first.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let named = accept.split(',').map(|part| part.split(';').next().unwrap_or("").trim());
        for media_type in named {
            match media_type {
                "text/plain" | "text/*" => return Self::Text,
                "application/json" | "application/*" | "*/*" => return Self::Json,
                _ => {}
            }
        }
        Self::Json
    }
}

/// Which status a refusal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// 200 only when allowed, 409 when not: plain `curl --fail-with-body` is safe.
    ByPermission,
    /// 200 for every decision: for clients that read JSON.
    Always200,
}

/// A decision.
#[must_use]
pub fn decided(answer: &Answer, form: Form, statuses: Statuses, now: Timestamp) -> Response {
    let status = match (answer.allowed, statuses) {
        (true, _) | (_, Statuses::Always200) => StatusCode::OK,
        (false, Statuses::ByPermission) => StatusCode::CONFLICT,
    };
    let mut response = match form {
        Form::Json => json(status, "application/json", answer),
        Form::Text => {
            (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], answer.text.clone()).into_response()
        }
    };
    let headers = response.headers_mut();
    if let Some(id) = answer.id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
        headers.insert(HeaderName::from_static("tidegate-decision"), id);
    }
    if let Some(seconds) = answer.retry_at.as_deref().and_then(|at| seconds_until(at, now)) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn seconds_until(at: &str, now: Timestamp) -> Option<u64> {
    let wait = Timestamp::parse(at).ok()?.since(now);
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Some(whole.max(Duration::from_secs(1).as_secs()))
}

/// A JSON response.
pub fn json<T: serde::Serialize>(status: StatusCode, media_type: &'static str, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, media_type)], bytes).into_response(),
        Err(error) => {
            tracing::error!(error.r#type = "serialise", "a response could not be written as JSON: {error}");
            (ProblemKind::Internal.page().status_code(), "").into_response()
        }
    }
}

impl crate::api::problem::KindPage {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
