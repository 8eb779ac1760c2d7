//! A stage's mode and the moment from which it counts, together: what a failure does at any time.

use serde_json::Value;
use tidegate_core::time::Timestamp;

const MODES: [&str; 4] = ["off", "monitor", "warn", "block"];

/// Whether a failure of the stage never does less than before, whenever it happens.
pub(super) fn never_less(before: &Value, after: &Value) -> bool {
    let (Some((mode_before, from_before)), Some((mode_after, from_after))) = (read(before), read(after)) else {
        return false;
    };
    // Until then a blocking stage warns, which is as much as any other mode does.
    let blocked_earlier = mode_before == MODES.len() - 1 && from_after > from_before;
    mode_after >= mode_before && !blocked_earlier
}

/// How much a failure does, and since when; `None`: since ever.
fn read(stage: &Value) -> Option<(usize, Option<Timestamp>)> {
    let mode = MODES.iter().position(|word| stage.get("mode").and_then(Value::as_str) == Some(word))?;
    let from = match stage.get("effective_from") {
        None | Some(Value::Null) => None,
        Some(text) => Some(Timestamp::parse(text.as_str()?).ok()?),
    };
    Some((mode, from))
}

#[cfg(test)]
mod tests {
    use super::never_less;
    use serde_json::json;

    #[test]
    fn a_failure_never_does_less_at_any_time() {
        let (june, july) = ("2027-06-01T00:00:00Z", "2027-07-01T00:00:00Z");
        for (before, after, stricter) in [
            (json!({ "mode": "warn" }), json!({ "mode": "block" }), true),
            (json!({ "mode": "block" }), json!({ "mode": "warn" }), false),
            (json!({ "mode": "off" }), json!({ "mode": "monitor" }), true),
            (json!({ "mode": "monitor" }), json!({ "mode": "off" }), false),
            (json!({ "mode": "warn" }), json!({ "mode": "block", "effective_from": july }), true),
            (json!({ "mode": "block" }), json!({ "mode": "block", "effective_from": july }), false),
            (
                json!({ "mode": "block", "effective_from": july }),
                json!({ "mode": "block", "effective_from": june }),
                true,
            ),
            (
                json!({ "mode": "block", "effective_from": june }),
                json!({ "mode": "block", "effective_from": july }),
                false,
            ),
            (json!({ "mode": "block", "effective_from": june }), json!({ "mode": "block" }), true),
            (json!({ "mode": "block" }), json!({ "mode": "block", "effective_from": "soon" }), false),
            (json!({ "mode": "block" }), json!({ "mode": "enforce" }), false),
        ] {
            assert_eq!(never_less(&before, &after), stricter, "{before} {after}");
        }
    }
}
