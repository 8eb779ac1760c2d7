//! `/v1/rollbacks`: what was ordered to run again what ran before.

use crate::{
    api::{
        problem::{PlacedError, Problem, ProblemKind},
        rollbacks::{RollbackAnswerBody, RollbackBody, RollbackRequestBody, RollbacksBody},
    },
    gate::{
        Gate,
        error::{GateError, placed},
        rollbacks::by_hand::Asked,
    },
    http::{
        body,
        idempotency::idempotency_key,
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
use std::{fmt::Display, str::FromStr, sync::Arc};
use tidegate_ledger::{id::DecisionId, rollback::RollbacksAsked};

/// Rollbacks of a page, at most, and where nothing is said.
const PAGE_MAX: u32 = 100;

type Read = fn(&mut RollbacksAsked, &str) -> Result<(), String>;

/// Every parameter, and what reads it.
const PARAMETERS: &[(&str, Read)] = &[
    ("environment", |asked, text| named(text).map(|name| asked.environment = Some(name))),
    ("service", |asked, text| named(text).map(|name| asked.service = Some(name))),
    ("decision", |asked, text| {
        let id = DecisionId::parse(text).map_err(|error| error.to_string())?;
        asked.decision = Some(id);
        Ok(())
    }),
    ("cursor", |asked, text| query::cursor(text).map(|cursor| asked.before = Some(cursor))),
    ("limit", |asked, text| query::limit(text, PAGE_MAX).map(|limit| asked.max = limit)),
];

/// Orders a rollback, also when the caller hangs up. 201 only when all of it was ordered.
pub async fn create(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, sent) = request.into_parts();
    let key = idempotency_key(&parts.headers)?;
    let asked: RollbackRequestBody = body::small_json(&gate, &parts.headers, sent).await?;
    let asked = Asked::read(&asked)?;
    let done = to_its_end(async move { gate.rollback_by_hand(&principal, asked, key.as_deref()).await }).await?;
    let Some((undone, answer)) = done else {
        return Err(Problem::new(ProblemKind::NotFound, "there is no such deployment").into());
    };
    let ordered = answer.is_ordered();
    let status = if ordered { StatusCode::CREATED } else { StatusCode::CONFLICT };
    Ok(json(status, "application/json", &RollbackAnswerBody::of(&undone, ordered, &answer.rollbacks)))
}

/// Those that one may read.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Result<Response, Refused> {
    let asked = asked(&query::pairs(&uri)?).map_err(GateError::Malformed)?;
    let (rollbacks, next) = gate.rollbacks(&principal, &asked).await?;
    let rollbacks = rollbacks.iter().map(RollbackBody::of).collect();
    let page = RollbacksBody { rollbacks, next: next.map(|next| next.to_string()) };
    Ok(json(StatusCode::OK, "application/json", &page))
}

/// One of them, with how its order stands.
pub async fn read(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let Some((rollback, order)) = gate.rollback(&principal, &id).await? else {
        return Err(Problem::new(ProblemKind::NotFound, "there is no such rollback").into());
    };
    Ok(json(StatusCode::OK, "application/json", &RollbackBody::of(&rollback).with(order.as_ref())))
}

fn asked(pairs: &[(String, String)]) -> Result<RollbacksAsked, Vec<PlacedError>> {
    let mut asked = RollbacksAsked { max: PAGE_MAX, ..RollbacksAsked::default() };
    let known: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
    let mut errors = query::mistaken(pairs, &known);
    for (name, text) in pairs {
        if let Some((_, read)) = PARAMETERS.iter().find(|(known, _)| known == name)
            && let Err(error) = read(&mut asked, text)
        {
            errors.push(placed(name.as_str(), error));
        }
    }
    if errors.is_empty() { Ok(asked) } else { Err(errors) }
}

fn named<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}
