//! The header that a retry sends again.

use crate::{
    api::problem::{Problem, ProblemKind},
    http::reply::Refused,
};
use axum::http::HeaderMap;
use tidegate_evidence::secrets::found_in;

/// Bytes of an idempotency key, at most.
const KEY_BYTES_MAX: usize = 255;

/// The key, when there is one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        // It is kept as it is.
        Ok(key) if !found_in(key).is_empty() => {
            let detail = "Idempotency-Key: holds a secret; send some random text";
            Err(Problem::new(ProblemKind::SecretsFound, detail).into())
        }
        Ok(key) if !key.is_empty() && key.len() <= KEY_BYTES_MAX => Ok(Some(key.to_owned())),
        _ => {
            let used = value.len();
            let detail =
                format!("Idempotency-Key: {used} bytes used, 1 to {KEY_BYTES_MAX} visible ASCII characters allowed");
            Err(Problem::new(ProblemKind::MalformedRequest, detail).into())
        }
    }
}
