//! The reference page of a plugin: what it says of itself, as Markdown.
//!
//! Pure: the same description gives the same page. Everything in it is the plugin's word, and escaped; code spans are kept, since
//! that is how schemas name values.

mod escape;
mod settings;

use self::escape::{code, text};
use std::fmt::Write as _;
use tidegate_engine::{
    manifest::Kind,
    plugin::{Description, Rule},
};

/// The page of a plugin of these kinds, ending with a newline.
#[must_use]
pub fn page(description: &Description, kinds: &[Kind]) -> String {
    let Description { name, version, summary, rules, settings_schema } = description;
    let mut page = format!("# {}\n\n{}\n\n", text(name.as_str()), text(summary));
    // Writing into a String cannot fail, here and below.
    let _ = writeln!(
        page,
        "Version {}. Made from the plugin's own description; edit that, not this page.\n",
        text(version.as_str())
    );
    let cited = if kinds.contains(&Kind::Gate) {
        "Findings cite a rule as `stage/rule`; waivers name it so."
    } else {
        "What the plugin goes by when it is asked after a deployment."
    };
    let _ = writeln!(page, "## Rules\n\n{cited}\n");
    page.push_str("| rule | severity | what it asks | help |\n|---|---|---|---|\n");
    for rule in rules {
        page.push_str(&row(rule));
    }
    page.push_str("\n## Settings\n\n");
    page.push_str(&settings::tables(settings_schema));
    page
}

fn row(rule: &Rule) -> String {
    let Rule { id, title, severity, help, doc } = rule;
    let more = doc.as_ref().map(|doc| format!(" More: {}", text(doc))).unwrap_or_default();
    format!("| {} | {} | {} | {}{more} |\n", code(id.as_str()), severity.word(), text(title), text(help))
}

#[cfg(test)]
mod tests {
    use super::page;
    use serde_json::json;
    use tidegate_core::{
        finding::Severity,
        name::{PluginName, RuleId, Version},
    };
    use tidegate_engine::{
        manifest::Kind,
        plugin::{Description, Rule},
    };

    fn description(settings_schema: serde_json::Value) -> Description {
        Description {
            name: PluginName::parse("sample").unwrap(),
            version: Version::parse("1.2.3").unwrap(),
            summary: "Looks at `samples`.".to_owned(),
            rules: vec![Rule {
                id: RuleId::parse("sample.size").unwrap(),
                title: "Samples | are large".to_owned(),
                severity: Severity::High,
                help: "Take <b>more</b>\nof them.".to_owned(),
                doc: Some("https://example.org/a_b".to_owned()),
            }],
            settings_schema,
        }
    }

    #[test]
    fn a_page_names_rules_and_settings() {
        let schema = json!({
            "description": "Groups.",
            "required": ["size"],
            "properties": {
                "size": {
                    "description": "How large.", "type": "object", "required": ["min"],
                    "properties": {
                        "min": { "description": "At least.", "$ref": "#/$defs/count", "default": 3, "x-stricter": "higher" },
                        "kinds": { "type": "array", "items": { "type": "string" }, "default": [] }
                    }
                },
                "max": {
                    "description": "At most.", "type": "object",
                    "properties": { "low": { "$ref": "#/$defs/limit" }, "high": { "$ref": "#/$defs/limit" } }
                },
                "mode": { "description": "What then.", "enum": ["warn", "fail"], "default": "warn" }
            },
            "$defs": {
                "count": { "type": "integer", "minimum": 0, "maximum": 9 },
                "limit": { "type": "number", "exclusiveMinimum": 0, "default": 1, "x-stricter": "lower" }
            }
        });
        let expected = "\
# sample

Looks at `samples`.

Version 1.2.3. Made from the plugin's own description; edit that, not this page.

## Rules

Findings cite a rule as `stage/rule`; waivers name it so.

| rule | severity | what it asks | help |
|---|---|---|---|
| `sample.size` | high | Samples &#124; are large | Take &lt;b&gt;more&lt;/b&gt; of them. More: https://example.org/a\\_b |

## Settings

Groups.

| setting | type | default | meaning |
|---|---|---|---|
| `max` | number, above 0 for each of `high`, `low` | `1` | At most. Lower is stricter. |
| `mode` | `\"warn\"` or `\"fail\"` | `\"warn\"` | What then. |

### `size`

How large. Required.

| setting | type | default | meaning |
|---|---|---|---|
| `kinds` | list of text | `[]` |  |
| `min` | whole number, 0 to 9 | `3` | At least. Required. Higher is stricter. |
";
        assert_eq!(page(&description(schema.clone()), &[Kind::Gate]), expected);
        let after = page(&description(schema), &[Kind::Rollback]);
        assert!(after.contains("asked after a deployment") && !after.contains("waivers"), "{after}");
    }

    #[test]
    fn a_schema_that_refers_to_itself_has_an_end() {
        let members: serde_json::Map<String, serde_json::Value> =
            (0..100).map(|n| (format!("m{n}"), json!({ "$ref": "#", "description": n.to_string() }))).collect();
        let page = page(&description(json!({ "properties": members })), &[Kind::Gate]);
        assert!(page.len() < 2 << 20 && page.contains("The rest is left out: "), "{}", page.len());
    }

    #[test]
    fn nothing_that_a_plugin_says_becomes_structure() {
        let hostile = "| x |\n# y ![z](javascript:1) <script> `a`` | `";
        let schema = json!({
            "description": hostile,
            "properties": { "a|b`c": { "description": hostile, "default": hostile, "enum": [hostile] } }
        });
        let sample = description(schema);
        let page = page(&Description { summary: hostile.to_owned(), ..sample }, &[Kind::Gate]);
        assert!(!page.contains("<script>") && !page.contains("![z]") && !page.contains("\n# y"), "{page}");
        for line in page.lines().filter(|line| line.starts_with('|')) {
            assert_eq!(line.matches('|').count(), 5, "{line}");
        }
    }
}
