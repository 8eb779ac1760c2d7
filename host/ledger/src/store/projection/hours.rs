//! Between which leaves the decisions of an hour lie.

use super::{Connection, signed};
use crate::shape::numbers::moment_text;
use tidegate_core::time::Timestamp;

/// `2026-03-31T14`: of a moment's text, what names its hour.
const HOUR_CHARS: usize = 13;

/// The hour of a moment.
pub(crate) fn hour_of(moment: Timestamp) -> String {
    moment_text(moment).chars().take(HOUR_CHARS).collect()
}

/// Counts a decision; leaves come in their order.
pub(super) async fn count(connection: &mut Connection, index: u64, at: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO decision_hours (hour, first_leaf, last_leaf, decisions) VALUES ($1, $2, $2, 1) \
         ON CONFLICT (hour) DO UPDATE SET last_leaf = excluded.last_leaf, decisions = decision_hours.decisions + 1",
    )
    .bind(hour_of(at))
    .bind(signed(index))
    .execute(connection)
    .await
    .map(drop)
}
