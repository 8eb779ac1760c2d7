//! What a `# METADATA` comment says of the rule below it.

use crate::documents::yaml::one;
use regorus::Value;

/// What findings use of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Annotations {
    pub(crate) severity: Option<String>,
    pub(crate) remediation: Option<String>,
    pub(crate) doc: Option<String>,
}

/// Of the rule that begins in that line of the text, counted from 1.
pub(crate) fn of(text: &str, line: u32) -> Annotations {
    let before: Vec<&str> = text.lines().take(line.saturating_sub(1) as usize).collect();
    let comments = before.iter().rev().take_while(|line| line.starts_with('#')).count();
    let block = before.get(before.len() - comments..).unwrap_or_default();
    let Some(begin) = block.iter().rposition(|line| line.trim_end() == "# METADATA") else {
        return Annotations::default();
    };
    let body = |line: &&str| line.strip_prefix("# ").or_else(|| line.strip_prefix('#')).map(str::to_owned);
    let yaml = block.iter().skip(begin + 1).filter_map(body).collect::<Vec<_>>().join("\n");
    // A comment that is no YAML says nothing; it decides nothing either.
    one(&yaml).map_or_else(|_| Annotations::default(), |value| read(&value))
}

fn read(value: &Value) -> Annotations {
    let custom = key(value, "custom");
    let in_custom = |name: &str| custom.and_then(|custom| key(custom, name)).and_then(text);
    let related = key(value, "related_resources").and_then(|all| all.as_array().ok()?.first());
    let doc = related.and_then(|first| key(first, "ref").or(Some(first))).and_then(text);
    Annotations { severity: in_custom("severity"), remediation: in_custom("remediation"), doc }
}

/// The value of a key, where the value is an object that has it.
pub(crate) fn key<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object().ok()?.get(&Value::from(name))
}

/// A text.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_string().ok().map(|text| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_block_right_above_a_rule_is_its_own() {
        let text = "package a\n\n# METADATA\n# title: T\n# related_resources:\n# - ref: https://x.example\n# custom:\n#   severity: LOW\ndeny contains 1\n\ndeny contains 2\n";
        let found = of(text, 9);
        assert_eq!((found.severity.as_deref(), found.doc.as_deref()), (Some("LOW"), Some("https://x.example")));
        assert_eq!(of(text, 11), of("package a", 1));
    }
}
