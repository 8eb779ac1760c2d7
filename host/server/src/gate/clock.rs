//! The one place that reads the wall clock for judgements.

pub mod jump;

use std::time::{SystemTime, UNIX_EPOCH};
use tidegate_core::time::Timestamp;

/// Now. A clock before 1970 reads as 1970: every age is then unknown or stale, which refuses.
#[must_use]
pub fn now() -> Timestamp {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Timestamp::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
