//! Texts of a plugin in Markdown: one line, no markup but code spans, no cell's end.

use tidegate_core::one_line::one_line;

/// Characters of one text, at most.
const CHARS_MAX: usize = 4_000;

/// A code span that holds exactly this, in a cell too: there an escaped `|` is the one that does not end it, and no backtick is
/// taken for the span's end when the fence is longer.
pub(super) fn code(text: &str) -> String {
    let text = in_one_line(text);
    if text.contains('|') {
        // No escape of `|` reads alike inside and outside of tables: plain text does.
        return plain(&text);
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// In a paragraph, a heading or a cell: pairs of single backticks are code, the rest is text. A `|` is a character reference
/// everywhere, so that no cell ends.
pub(super) fn text(given: &str) -> String {
    let line = in_one_line(given);
    let parts: Vec<&str> = line.split('`').collect();
    // An odd number of backticks has no pairs: then none of them is markup.
    if parts.len().is_multiple_of(2) {
        return plain(&line);
    }
    let part = |(index, part): (usize, &&str)| match (index % 2, part.is_empty()) {
        (0, _) => plain(part),
        (_, true) => "&#96;&#96;".to_owned(),
        _ => code(part),
    };
    parts.iter().enumerate().map(part).collect()
}

fn in_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    // Blanks at either end join what stands beside a code span.
    let joined = words.join(" ");
    let (start, end) = (text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace));
    let blank = |is_there: bool| if is_there && !joined.is_empty() { " " } else { "" };
    one_line(&format!("{}{joined}{}", blank(start), blank(end)), CHARS_MAX)
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '`' => out.push_str("&#96;"),
            '#' => out.push_str("&#35;"),
            '\\' | '*' | '_' | '[' | ']' | '!' | '~' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{code, text};

    #[test]
    fn code_stays_code_and_everything_else_is_text() {
        for (given, expected) in [
            ("`a_b` and c_d", r"`a_b` and c\_d"),
            ("a ` b", "a &#96; b"),
            ("``", "&#96;&#96;"),
            ("`a|b`", "a&#124;b"),
            ("see [x](y)", r"see \[x\](y)"),
            ("a\n\n# b", "a &#35; b"),
            ("`<b>`", "`<b>`"),
            ("\u{202e}", r"\\u{202e}"),
        ] {
            assert_eq!(text(given), expected, "{given}");
        }
        assert_eq!([code("a`b"), code("`"), code(""), code("x")], ["``a`b``", "`` ` ``", "`  `", "`x`"]);
    }
}
