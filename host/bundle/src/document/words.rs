//! What is wrong, in words.

use serde_json::Value;

/// Characters of a quoted text, at most.
const QUOTED_CHARS_MAX: usize = 80;

/// A text from a file as it may be shown: in backticks, without control characters, cut when long.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_CHARS_MAX).flat_map(shown).collect();
    if text.chars().nth(QUOTED_CHARS_MAX).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

fn shown(c: char) -> Vec<char> {
    if steers(c) { c.escape_unicode().collect() } else { vec![c] }
}

/// Whether a character steers a terminal, or turns or hides writing, instead of being shown.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A value as it may be shown.
pub(super) fn shown_value(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
    }
}

/// What a value is, with the value itself where it is short.
pub(super) fn kind_of(value: &Value) -> String {
    match value {
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Number(number) => format!("the number `{number}`"),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => shown_value(value),
    }
}

/// What a schema's `type` asks for.
pub(super) fn expected(types: Option<&Value>) -> String {
    let word = |name: &Value| match name.as_str() {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        Some("boolean") => "`true` or `false`",
        Some("array") => "a list",
        Some("object") => "a mapping",
        _ => "nothing",
    };
    match types {
        Some(Value::Array(several)) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
        Some(one) => word(one).to_owned(),
        None => "something else".to_owned(),
    }
}

/// Several names, each in backticks.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The first sentence of a description.
pub(super) fn first_sentence(description: &str) -> &str {
    description.split_once(". ").map_or(description, |(first, _)| first).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn text_from_a_file_cannot_steer_a_terminal() {
        assert_eq!(quoted("a\u{1b}[31mb\n"), "`a\\u{1b}[31mb\\u{a}`");
        assert_eq!(quoted("a\u{202e}b"), "`a\\u{202e}b`");
        assert_eq!(quoted("it's „ü“"), "`it's „ü“`");
        assert_eq!(quoted(&"x".repeat(100)), format!("`{}…`", "x".repeat(80)));
    }
}
