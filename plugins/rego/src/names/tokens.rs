//! Names in a module's text, without strings and comments.

use crate::pieces::{is_name, pieces};

/// A name, or several joined by points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) path: &'a str,
    /// Counted from 1.
    pub(super) line: u32,
    /// Whether a parenthesis follows.
    pub(super) is_called: bool,
}

/// All of them, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut pieces = pieces(text).peekable();
    // What follows a point belongs to the value before it: `input.a["b"].http.send`.
    let (mut line, mut after_point) = (1, false);
    while let Some(piece) = pieces.next() {
        if is_name(piece) && !after_point {
            tokens.push(Token { path: piece, line, is_called: pieces.peek() == Some(&"(") });
        }
        line += u32::try_from(piece.matches('\n').count()).unwrap_or(0);
        after_point = piece == ".";
    }
    tokens
}
