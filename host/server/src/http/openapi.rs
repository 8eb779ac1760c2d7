//! The API's description, as it lies in the repository.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};

/// Checked in; a test holds it against the routes and the JSON shapes.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// The description.
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
