//! Which order a set gives on which occasion.

use crate::occasions::Occasion;
use serde_json::Value;
use std::collections::BTreeMap;

/// Names of orders: the configuration says how each is given.
pub(super) fn occasions(section: &Value) -> BTreeMap<Occasion, String> {
    let order = |occasion: Occasion| Some((occasion, section.get(occasion.word())?.as_str()?.to_owned()));
    Occasion::ALL.into_iter().filter_map(order).collect()
}
