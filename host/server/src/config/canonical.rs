//! The one way to write a configuration down.

use super::{Config, bundle, egress, notices, orders, settings::SETTINGS, traces};
use std::collections::BTreeMap;

/// JSON with sorted keys; every value as it is read, every setting present.
pub(super) fn canonical(config: &Config) -> String {
    let mut values: BTreeMap<&str, Vec<String>> = SETTINGS.iter().map(|s| (s.key, (s.show)(config))).collect();
    // Where there is none, the digest is as it was before there could be one.
    if config.bundle.is_some() {
        values.insert("bundle", bundle::show(config.bundle.as_ref()));
    }
    values.insert("egress", egress::show(&config.egress));
    values.insert("orders", orders::show(&config.orders));
    values.insert("notices.contacts", notices::show(&config.notices.contacts));
    values.insert("traces.export", traces::show(config.traces.export.as_ref()));
    serde_json::Value::from_iter(values).to_string()
}
