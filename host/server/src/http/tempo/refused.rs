//! What is not answered, as plain text.

use crate::{gate::error::GateError, http::reply::Refused};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{future::Future, time::Duration};
use tidegate_core::one_line::one_line;
use tidegate_ledger::{trace_search::SearchError, traceql::error::QueryError};

/// How long one question may take.
const LONGEST: Duration = Duration::from_secs(10);
/// Characters of a parameter that are repeated, at most.
const SHOWN_MAX: usize = 100;

/// Why something is not answered.
pub(super) enum NotAnswered {
    /// The query cannot be read, or says what is not supported.
    Query(String),
    /// A parameter is not what it should be.
    Parameter { name: &'static str, given: String, expected: &'static str },
    /// There is no such trace.
    NoTrace,
    /// It took too long.
    TooLong,
    /// The ledger cannot be read.
    Ledger(Refused),
}

impl From<QueryError> for NotAnswered {
    fn from(error: QueryError) -> Self {
        Self::Query(error.to_string())
    }
}

impl From<GateError> for NotAnswered {
    fn from(error: GateError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<SearchError> for NotAnswered {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Read(cause) => Self::Ledger(GateError::from(cause).into()),
            other => Self::Query(other.to_string()),
        }
    }
}

impl IntoResponse for NotAnswered {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Query(why) => (StatusCode::BAD_REQUEST, format!("invalid TraceQL query: {why}")),
            Self::Parameter { name, given, expected } => {
                let given = one_line(&given, SHOWN_MAX);
                (StatusCode::BAD_REQUEST, format!("invalid parameter `{name}`: expected {expected}, found `{given}`"))
            }
            Self::NoTrace => (StatusCode::NOT_FOUND, "trace not found".to_owned()),
            Self::TooLong => {
                let seconds = LONGEST.as_secs();
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    format!("it took longer than {seconds} s: ask for less, or for less time"),
                )
            }
            Self::Ledger(Refused(problem)) => {
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, problem.detail)
            }
        };
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
    }
}

/// The answer of the ledger, unless it takes too long.
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, SearchError>>) -> Result<T, NotAnswered> {
    match tokio::time::timeout(LONGEST, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(NotAnswered::TooLong),
    }
}
