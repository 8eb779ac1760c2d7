//! `/v1/tokens`: who may ask this gate.

use crate::{
    api::{
        problem::{Problem, ProblemKind},
        tokens::{Created, NewToken, Tokens},
    },
    gate::{Gate, error::listed},
    http::{
        body,
        reply::{Refused, json},
    },
    identity::{principal::Principal, tokens::TokensError},
};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

/// Creates one. Its secret is in this answer and nowhere else.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let asked: NewToken = body::small_json(&gate, &parts.headers, body).await?;
    let lifetime = asked.lifetime().map_err(|mistake| listed(ProblemKind::InvalidToken, &[mistake]))?;
    let (secret, expires) = gate.create_token(&asked.holder, lifetime, &principal.name).await?;
    Ok(json(StatusCode::CREATED, "application/json", &Created::new(&secret, expires)))
}

/// All of them, without their secrets.
pub async fn list(State(gate): State<Arc<Gate>>) -> Response {
    json(StatusCode::OK, "application/json", &Tokens::of(&gate.tokens().all(), crate::gate::clock::now()))
}

/// From now on it is good for nothing.
pub async fn revoke(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    gate.tokens().revoke(&id, &principal.name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl From<TokensError> for Refused {
    fn from(error: TokensError) -> Self {
        match error {
            TokensError::Mistakes(mistakes) => Self(listed(ProblemKind::InvalidToken, &mistakes)),
            TokensError::Unknown => Self(Problem::new(ProblemKind::NotFound, error.to_string())),
            TokensError::TooMany { .. } => Self(Problem::new(ProblemKind::TooLarge, error.to_string())),
            TokensError::Record(error) => crate::gate::error::GateError::from(error).into(),
            TokensError::Read(error) => crate::gate::error::GateError::from(error).into(),
            TokensError::Random(_) | TokensError::Write(_) => {
                crate::gate::error::GateError::Internal(error.to_string()).into()
            }
        }
    }
}
