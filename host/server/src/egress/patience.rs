//! How long the gate waits before it asks again.

use std::time::Duration;

/// For how long whoever is asked may want to be left alone.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// Twice as long after each of so many failures before this one, from `first` to `max`; longer where `asked` for, an hour at most.
#[must_use]
pub fn pause(first: Duration, max: Duration, failures: u32, asked: Option<Duration>) -> Duration {
    let own = first.saturating_mul(2_u32.saturating_pow(failures)).min(max);
    own.max(asked.unwrap_or_default().min(RETRY_AFTER_MAX))
}
