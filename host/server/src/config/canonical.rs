//! The one way to write a configuration down.

use super::{Config, settings::SETTINGS};
use std::collections::BTreeMap;

/// JSON with sorted keys; every value as it is read, every setting present.
pub(super) fn canonical(config: &Config) -> String {
    let values: BTreeMap<&str, Vec<String>> = SETTINGS.iter().map(|s| (s.key, (s.show)(config))).collect();
    serde_json::Value::from_iter(values).to_string()
}
