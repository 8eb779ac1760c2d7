//! HTTP in front of the gate: all routes on one screen.

pub mod access;
pub mod admission;
pub mod alerts;
pub mod body;
pub mod bundles;
pub mod decisions;
pub mod deployments;
pub mod effective;
pub mod evidence;
pub mod form;
pub mod head;
mod idempotency;
pub mod incidents;
pub mod json;
pub mod listen;
pub mod log;
pub mod maintenances;
pub mod obligations;
pub mod observations;
pub mod openapi;
pub mod origin;
pub mod page;
pub mod pages;
pub mod permits;
pub mod policies;
pub mod query;
pub mod reload;
pub mod reply;
pub mod rollbacks;
pub mod search;
pub mod statements;
pub mod stats;
pub mod status;
mod taken;
pub mod tempo;
pub mod tls;
mod to_its_end;
pub mod tokens;
pub mod troubleshooting;
pub mod verifications;
pub mod waivers;
pub mod watches;

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::Gate,
};
use axum::{
    Router,
    extract::Request,
    middleware::from_fn_with_state,
    response::{IntoResponse as _, Response},
    routing::{delete, get, post, put},
};
use std::sync::Arc;

/// The gate's routes.
pub fn router(gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/v1/bundles", post(bundles::create))
        .route("/v1/bundles/revert", post(bundles::revert))
        .route("/v1/changes", get(stats::changes))
        .route("/v1/decisions", post(decisions::create).get(search::list))
        .route("/v1/decisions/{id}", get(decisions::read))
        .route("/v1/decisions/{id}/confirm", post(decisions::confirm))
        .route("/v1/decisions/{id}/permit", post(permits::create))
        .route("/v1/decisions/{id}/receipt", get(log::receipt))
        .route("/v1/decisions/{id}/revoke", post(permits::revoke))
        .route("/v1/decisions/{id}/trace", get(decisions::trace))
        .route("/v1/decisions/{id}/verify", post(verifications::create))
        .route("/v1/deployments/{id}", get(deployments::read))
        .route("/v1/deployments/{id}/events", post(deployments::became))
        .route("/v1/evidence/{digest}", put(evidence::create).get(evidence::read))
        .route("/v1/incidents", get(incidents::list).post(incidents::create))
        .route("/v1/incidents/{id}", get(incidents::read))
        .route("/v1/incidents/{id}/ack", post(incidents::acknowledge))
        .route("/v1/incidents/{id}/resolve", post(incidents::resolve))
        .route("/v1/incidents/{id}/update", post(incidents::update))
        .route("/v1/maintenances", get(maintenances::list).post(maintenances::create))
        .route("/v1/maintenances/{id}", get(maintenances::read))
        .route("/v1/maintenances/{id}/approve", post(maintenances::approve))
        .route("/v1/maintenances/{id}/cancel", post(maintenances::cancel))
        .route("/v1/maintenances/{id}/close", post(maintenances::close))
        .route("/v1/maintenances/{id}/open", post(maintenances::open))
        .route("/v1/obligations", get(obligations::list))
        .route("/v1/obligations/{id}/fulfil", post(obligations::fulfil))
        .route("/v1/plugins", get(policies::plugins))
        .route("/v1/policy-sets", get(policies::sets))
        .route("/v1/policy-sets/{id}", get(policies::set))
        .route("/v1/policy-sets/{id}/effective", get(effective::effective))
        .route("/v1/reload", post(reload::create))
        .route("/v1/rollbacks", post(rollbacks::create).get(rollbacks::list))
        .route("/v1/rollbacks/{id}", get(rollbacks::read))
        .route("/v1/statements", post(statements::create))
        .route("/v1/stats/{name}", get(stats::stats))
        .route("/v1/status", get(status::status))
        .route("/v1/tokens", get(tokens::list).post(tokens::create))
        .route("/v1/tokens/{id}", delete(tokens::revoke))
        .route("/v1/troubleshooting", get(troubleshooting::guide))
        .route("/v1/troubleshooting/{id}", get(troubleshooting::problem))
        .route("/v1/waivers", get(policies::waivers))
        .route("/v1/waivers/{id}/agree", post(waivers::agree))
        .route("/v1/alerts", post(alerts::create))
        .route("/v1/observations", post(observations::create))
        .route("/v1/watches", get(watches::list).post(watches::create))
        .route("/v1/watches/{id}", get(watches::read).delete(watches::cancel))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/cosignatures", post(log::cosigned))
        .route("/log/tile/{*path}", get(log::tile))
        .route("/tempo/api/echo", get(tempo::echo))
        .route("/tempo/api/metrics/query", get(tempo::query))
        .route("/tempo/api/metrics/query_range", get(tempo::query_range))
        .route("/tempo/api/search", get(tempo::search))
        .route("/tempo/api/search/tag/{tag}/values", get(tempo::values))
        .route("/tempo/api/search/tags", get(tempo::names))
        .route("/tempo/api/status/buildinfo", get(tempo::buildinfo))
        .route("/tempo/api/traces/{id}", get(tempo::v1))
        .route("/tempo/api/v2/search/tag/{tag}/values", get(tempo::typed_values))
        .route("/tempo/api/v2/search/tags", get(tempo::tags))
        .route("/tempo/api/v2/traces/{id}", get(tempo::v2))
        .route("/tempo/ready", get(tempo::ready))
        .route("/healthz", get(status::healthz))
        .route("/readyz", get(status::readyz))
        .route("/metrics", get(status::metrics))
        .route("/openapi.json", get(openapi::document))
        .route("/problems", get(pages::index))
        .route("/problems/{name}", get(pages::page))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(gate.clone(), access::authorise))
        .layer(from_fn_with_state(gate.clone(), origin::own))
        .layer(from_fn_with_state(gate.clone(), head::short))
        .layer(from_fn_with_state(gate.clone(), status::count))
        .with_state(gate)
}

async fn not_found(request: Request) -> Response {
    let path = tidegate_core::one_line::one_line(request.uri().path(), 200);
    reply::Refused(Problem::new(ProblemKind::NotFound, format!("there is nothing at `{path}`"))).into_response()
}

async fn method_not_allowed(request: Request) -> Response {
    let detail = format!("{} is not possible here", request.method());
    reply::Refused(Problem::new(ProblemKind::MethodNotAllowed, detail)).into_response()
}
