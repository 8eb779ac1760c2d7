//! How long a request's head may be: its method, its address and its headers.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::Gate,
    http::reply::Refused,
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;

/// What is read of a head before anybody counts it: beyond that the connection ends with a bare 431.
pub const READ_BYTES_MAX: usize = 128 * 1024;

/// Refuses a longer head than is allowed, before anybody looks at what it says.
pub async fn short(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let (used, allowed) = (bytes(&request), gate.header_bytes());
    if used > allowed {
        let detail = format!("address and headers: {used} bytes used, {allowed} allowed");
        return Refused(Problem::new(ProblemKind::TooLarge, detail)).into_response();
    }
    next.run(request).await
}

fn bytes(request: &Request) -> usize {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    // `: ` and the end of the line.
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    request.method().as_str().len() + address + headers.sum::<usize>()
}
