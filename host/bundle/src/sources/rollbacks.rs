//! What a set says of rollbacks, beside its triggers.

use super::reader::Reader;
use crate::rollbacks::{ByHand, COOL_DOWN, PER_HOUR, RollbackRules};
use serde_json::Value;

/// None: it says nothing of them.
pub(super) fn rollbacks(reader: &mut Reader<'_>, section: &Value) -> Option<RollbackRules> {
    let section = section.as_object()?;
    let text = |key: &str| section.get(key).and_then(Value::as_str);
    let per_hour = section.get("per_hour").and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    let by_hand = match section.get("by_hand").and_then(Value::as_array) {
        None => ByHand::ALL.into(),
        Some(words) => ByHand::ALL.into_iter().filter(|one| words.iter().any(|word| word == one.word())).collect(),
    };
    Some(RollbackRules {
        order: text("order").map(str::to_owned),
        cool_down: reader.span("/rollback/cool_down", text("cool_down")).unwrap_or(COOL_DOWN),
        per_hour: per_hour.unwrap_or(PER_HOUR),
        by_hand,
    })
}
