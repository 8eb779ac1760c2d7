//! Patterns of policy sets: a text, or its beginning.

/// Whether the pattern means the text: the text itself, or with a trailing `*` any text that begins like it.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_trailing_star_matches_a_beginning_and_nothing_else_does() {
        for (pattern, text, expected) in [
            ("api", "api", true),
            ("api", "api.v1", false),
            ("api*", "api.v1", true),
            ("api*", "api", true),
            ("*", "", true),
            ("a*i", "api", false),
            ("a*i", "a*i", true),
            ("", "", true),
            ("", "api", false),
            ("api*", "ap", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
