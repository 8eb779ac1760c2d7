//! What is wrong with an expression, and where.

use cel_rust::{
    ParseErrors,
    parser::pratt_parser::{Lexer, TokenKind},
};
use std::fmt;
use tidegate_sdk::text::bounded;

/// Flaws of one expression that are said, at most.
const FLAWS_MAX: usize = 10;
/// Bytes of one of the parser's messages, at most.
const MESSAGE_BYTES_MAX: usize = 300;

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Counted from 1.
    pub(crate) line: usize,
    /// In characters, counted from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// A piece of the source that a flaw is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece<'a> {
    /// An identifier that stands alone, as a variable does.
    Variable(&'a str),
    /// An identifier behind a dot.
    Field(&'a str),
    /// An identifier in front of a parenthesis.
    Call(&'a str),
    /// A string.
    Text(&'a str),
}

impl Flaw {
    /// Of the whole.
    pub(crate) fn start(message: impl Into<String>) -> Self {
        Self { line: 1, column: 1, message: message.into() }
    }

    /// Where that piece stands first.
    pub(crate) fn at(source: &str, piece: Piece<'_>, message: impl Into<String>) -> Self {
        let (line, column) = find(source, piece).map_or((1, 1), |offset| place(source, offset));
        Self { line, column, message: message.into() }
    }

    pub(crate) fn of_parser(errors: ParseErrors) -> Vec<Self> {
        let flaw = |error: cel_rust::ParseError| {
            let (line, column) = error.pos;
            let position = |number: isize| usize::try_from(number).ok().filter(|number| *number > 0).unwrap_or(1);
            Self { line: position(line), column: position(column), message: bounded(error.msg, MESSAGE_BYTES_MAX) }
        };
        let flaws: Vec<Self> = errors.errors.into_iter().take(FLAWS_MAX).map(flaw).collect();
        if flaws.is_empty() { vec![Self::start("cannot be read")] } else { flaws }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

fn place(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

fn find(source: &str, piece: Piece<'_>) -> Option<usize> {
    let mut lexer = Lexer::new(source);
    let mut tokens = Vec::new();
    loop {
        let token = lexer.lex();
        match token.kind {
            TokenKind::TokEnd | TokenKind::TokError => break,
            TokenKind::TokWhitespace | TokenKind::TokComment => {}
            _ => tokens.push(token),
        }
    }
    let kind = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map(|token| token.kind);
    let is_it = |index: usize| {
        let written = source.get(tokens[index].start..tokens[index].end).unwrap_or_default();
        let identifier = tokens[index].kind == TokenKind::TokIdent;
        let behind_dot = kind(index.checked_sub(1)) == Some(TokenKind::TokDot);
        let called = kind(Some(index + 1)) == Some(TokenKind::TokLeftParen);
        match piece {
            Piece::Variable(name) => identifier && written == name && !behind_dot && !called,
            Piece::Field(name) => identifier && written == name && behind_dot && !called,
            Piece::Call(name) => identifier && written == name && called,
            Piece::Text(text) => tokens[index].kind == TokenKind::TokString && written.contains(text),
        }
    };
    (0..tokens.len()).find(|index| is_it(*index)).map(|index| tokens[index].start)
}

#[cfg(test)]
mod tests {
    use super::{Flaw, Piece};

    #[test]
    fn a_piece_is_found_where_it_stands_in_its_role() {
        let source = "a.b(c) &&\n  'é' != x && b.c == c && 'x' == y";
        for (piece, line, column) in [
            (Piece::Call("b"), 1, 3),
            (Piece::Variable("b"), 2, 15),
            (Piece::Field("c"), 2, 17),
            (Piece::Variable("x"), 2, 10),
            (Piece::Text("x"), 2, 27),
            (Piece::Variable("nowhere"), 1, 1),
        ] {
            let flaw = Flaw::at(source, piece, "");
            assert_eq!((flaw.line, flaw.column), (line, column), "{piece:?}");
        }
    }
}
