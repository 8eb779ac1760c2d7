//! `/tempo/…`: the record as Grafana reads traces, with the calls and shapes of Tempo.
//!
//! Errors are plain text, which Grafana shows as it is.

mod asked;
mod found;
mod metrics;
mod protojson;
mod refused;
mod search;
mod tags;
mod trace;

pub use metrics::{query, query_range};
pub use search::search;
pub use tags::{names, tags, typed_values, values};
pub use trace::{v1, v2};

use crate::{api::tempo::BuildBody, http::reply::json};
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

/// Grafana's question whether the data source works: whoever comes this far is believed.
pub async fn echo() -> Response {
    "echo".into_response()
}

/// The same, as others ask.
pub async fn ready() -> Response {
    "ready\n".into_response()
}

/// Which version it is.
pub async fn buildinfo() -> Response {
    let body = BuildBody {
        version: env!("CARGO_PKG_VERSION"),
        revision: "",
        branch: "",
        build_user: "",
        build_date: "",
        go_version: "",
    };
    json(StatusCode::OK, "application/json", &body)
}
