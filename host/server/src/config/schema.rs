//! The JSON Schema of the file, which editors pick up too.

use serde_json::Value;
use std::sync::LazyLock;

/// As it is published.
pub const SCHEMA: &str = include_str!("../../../../policies/schema/config.schema.json");

/// What stands in place of a schema that is none. It accepts nothing, so that a broken build configures nothing.
static PARSED: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(SCHEMA).unwrap_or(Value::Bool(false)));

/// Ready to compare files with.
pub(super) fn parsed() -> &'static Value {
    &PARSED
}
