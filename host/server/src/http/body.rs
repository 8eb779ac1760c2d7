//! Reading a request's body: bounded in size and in time.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{
        Gate,
        error::{GateError, placed},
    },
    http::reply::Refused,
};
use axum::{body::Body, http::HeaderMap, http::header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Bytes of a body that only says a few words, at most.
const SMALL_BYTES_MAX: u64 = 64 * 1024;

/// How much of a body is read, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes of the whole body.
    pub bytes_max: u64,
    /// From the first byte to the last.
    pub time_max: Duration,
}

/// The whole body, or why not.
pub async fn read(headers: &HeaderMap, body: Body, limits: BodyLimits) -> Result<Bytes, Refused> {
    if let Some(length) = content_length(headers).filter(|length| *length > limits.bytes_max) {
        return Err(too_large(length, limits.bytes_max));
    }
    match tokio::time::timeout(limits.time_max, collect(body, limits.bytes_max)).await {
        Ok(bytes) => bytes,
        Err(_) => {
            let detail = format!("the body did not arrive within {:?}", limits.time_max);
            Err(Problem::new(ProblemKind::RequestTimeout, detail).into())
        }
    }
}

/// A body of a few words, as JSON.
pub async fn small_json<T: DeserializeOwned>(gate: &Gate, headers: &HeaderMap, body: Body) -> Result<T, Refused> {
    json_within(gate, headers, body, SMALL_BYTES_MAX).await
}

/// A body of so many bytes at most, as JSON.
pub async fn json_within<T: DeserializeOwned>(
    gate: &Gate,
    headers: &HeaderMap,
    body: Body,
    bytes_max: u64,
) -> Result<T, Refused> {
    let bytes = read(headers, body, BodyLimits { bytes_max, ..gate.body_limits() }).await?;
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| match error.path().to_string() {
        path if path == "." => placed("body", error.inner()),
        path => placed(path, error.inner()),
    });
    let whole = parsed.and_then(|parsed| reader.end().map(|()| parsed).map_err(|error| placed("body", error)));
    whole.map_err(|error| GateError::Malformed(vec![error]).into())
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(mut body: Body, bytes_max: u64) -> Result<Bytes, Refused> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Refused(Problem::new(ProblemKind::MalformedRequest, format!("the body could not be read: {error}")))
        })?;
        if let Ok(data) = frame.into_data() {
            let used = whole.len() as u64 + data.len() as u64;
            if used > bytes_max {
                return Err(too_large(used, bytes_max));
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole.freeze())
}

fn too_large(used: u64, allowed: u64) -> Refused {
    Refused(Problem::new(ProblemKind::TooLarge, format!("request body: {used} bytes used, {allowed} allowed")))
}
