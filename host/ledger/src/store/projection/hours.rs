//! Between which leaves the decisions of an hour lie.

use super::{Connection, Findable, signed};
use crate::shape::numbers::moment_text;
use std::collections::BTreeMap;
use tidegate_core::time::Timestamp;

/// `2026-03-31T14`: of a moment's text, what names its hour.
const HOUR_CHARS: usize = 13;

/// The hour of a moment.
pub(crate) fn hour_of(moment: Timestamp) -> String {
    moment_text(moment).chars().take(HOUR_CHARS).collect()
}

/// Counts decisions; leaves come in their order.
pub(super) async fn count(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let mut hours: BTreeMap<String, (u64, u64, i64)> = BTreeMap::new();
    for Findable { index, leaf, .. } in all {
        let (_, last, decisions) = hours.entry(hour_of(leaf.judgement.evaluated_at)).or_insert((*index, *index, 0));
        (*last, *decisions) = (*index, *decisions + 1);
    }
    for (hour, (first, last, decisions)) in hours {
        sqlx::query(
            "INSERT INTO decision_hours (hour, first_leaf, last_leaf, decisions) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (hour) DO UPDATE SET last_leaf = excluded.last_leaf, \
             decisions = decision_hours.decisions + excluded.decisions",
        )
        .bind(hour)
        .bind(signed(first))
        .bind(signed(last))
        .bind(decisions)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
