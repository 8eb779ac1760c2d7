//! An expression, and a line that begins with a parenthesis: two expressions, of which the interpreter makes a call.

use crate::pieces::{is_name, pieces};
use std::borrow::Cow;

/// Words that end no expression.
const WORDS: [&str; 12] =
    ["as", "contains", "default", "else", "every", "if", "import", "in", "not", "package", "some", "with"];

/// With a semicolon between them.
pub(super) fn parted(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| line.trim_start().starts_with('(')) {
        return Cow::Borrowed(text);
    }
    let mut parted = String::with_capacity(text.len() + 8);
    let (mut before, mut is_broken) = ("", false);
    for piece in pieces(text) {
        match piece {
            "\n" => is_broken = true,
            space if space.trim().is_empty() || space.starts_with('#') => {}
            piece => {
                if piece == "(" && is_broken && ends_expression(before) {
                    parted.push(';');
                }
                (before, is_broken) = (piece, false);
            }
        }
        parted.push_str(piece);
    }
    Cow::Owned(parted)
}

fn ends_expression(piece: &str) -> bool {
    piece == "]" || (is_name(piece) && !WORDS.contains(&piece))
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn only_what_would_be_a_call_is_parted() {
        for (text, expected) in [
            ("x\n(y)", "x\n;(y)"),
            ("a.b[_].c # why\n\n\t(y - 1) > 2", "a.b[_].c # why\n\n\t;(y - 1) > 2"),
            ("a[\"b\"]\n(y)", "a[\"b\"]\n;(y)"),
            ("f(\n(y))", "f(\n(y))"),
            ("f(x)\n(y)", "f(x)\n(y)"),
            ("not\n(y)", "not\n(y)"),
            ("x == 1\n(y)", "x == 1\n(y)"),
            ("x := \"#\"\n(y)", "x := \"#\"\n(y)"),
            ("a +\n(y)", "a +\n(y)"),
            ("# x\n(y)", "# x\n(y)"),
        ] {
            assert_eq!(parted(text), expected);
        }
    }
}
