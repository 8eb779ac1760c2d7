//! JSON in one form only, so that equal values have equal digests.

use serde_json::Value;

/// Without spaces, keys sorted by their UTF-8 bytes. Written here and not left to the map's order, which a feature of
/// another crate could change.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_bytes());
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_by_their_bytes_at_every_depth() {
        let value = json!({"b": [1, {"z": null, "a": "x\n"}], "B": 1.5, "ä": true, "a": {}});
        assert_eq!(text(&value), r#"{"B":1.5,"a":{},"b":[1,{"a":"x\n","z":null}],"ä":true}"#);
    }
}
