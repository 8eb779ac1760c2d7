//! Health endpoints: 1 when one fails, 0 when it does not.

use crate::egress::{Egress, error::EgressError, target::Target};
use std::time::Duration;

const PASSED: f64 = 0.0;
const FAILED: f64 = 1.0;

/// Whether it fails. One that cannot be reached, or does not answer in time, does; where the gate itself could not ask, nothing is seen.
pub(super) async fn failed(
    egress: &Egress,
    destination: &str,
    path: &[String],
    statuses: &[u16],
    limit: Duration,
) -> Result<f64, String> {
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    let target = path.iter().fold(Target::base(), Target::segment);
    match client.get_within(&target, limit).await {
        Ok(response) => Ok(judged(response.status, statuses)),
        Err(EgressError::Redirect { status, .. }) => Ok(judged(status, statuses)),
        Err(EgressError::TooSlow { .. } | EgressError::Transport { .. }) => Ok(FAILED),
        Err(error) => Err(error.to_string()),
    }
}

fn judged(status: u16, statuses: &[u16]) -> f64 {
    let is_healthy = if statuses.is_empty() { (200..300).contains(&status) } else { statuses.contains(&status) };
    if is_healthy { PASSED } else { FAILED }
}
