//! What a caller cannot stop by hanging up.

use crate::{gate::error::GateError, http::reply::Refused};
use std::future::Future;

/// What is taken is done and recorded even if the caller hangs up.
pub(crate) async fn to_its_end<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, Refused>
where
    T: Send + 'static,
    E: Into<Refused> + Send + 'static,
{
    let done = tokio::spawn(work).await.map_err(|error| GateError::Internal(error.to_string()))?;
    done.map_err(Into::into)
}
