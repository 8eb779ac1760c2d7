//! What people do about problems.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::Gate,
    http::reply::{Refused, json},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde_json::json as object;
use std::sync::Arc;
use tidegate_core::one_line::one_line;

/// Every class of problems, and every diagnostic script.
pub async fn guide(State(gate): State<Arc<Gate>>) -> Response {
    let active = gate.active();
    let guide = active.bundle().guide();
    let problems: Vec<_> = guide.problems().collect();
    let body = object!({ "problems": problems, "diagnostics": guide.diagnostics() });
    json(StatusCode::OK, "application/json", &body)
}

/// One class of problems.
pub async fn problem(State(gate): State<Arc<Gate>>, Path(id): Path<String>) -> Result<Response, Refused> {
    let active = gate.active();
    match active.bundle().guide().problems().find(|problem| problem.id == id) {
        Some(problem) => Ok(json(StatusCode::OK, "application/json", &object!(problem))),
        None => {
            let detail = format!("the guide knows no problem `{}`", one_line(&id, 200));
            Err(Refused(Problem::new(ProblemKind::NotFound, detail)))
        }
    }
}
