//! From text to tokens.

use super::error::QueryError;
use std::{iter::Peekable, str::CharIndices};

/// A token, and the column where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) column: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `span.http.status_code`, `duration`, `event:name`: as it stands there, its quoted parts without their quotes.
    Word(Word),
    Text(String),
    Int(i64),
    Float(f64),
    /// Nanoseconds.
    Duration(i64),
    /// Signs and operators.
    Sign(&'static str),
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// All of it.
    pub(super) text: String,
    /// Bytes until the first point that stands outside of quotes; none: there is none.
    pub(super) point: Option<usize>,
}

impl Token {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("`{}`", word.text.escape_debug()),
            Self::Text(_) => "a text".to_owned(),
            Self::Int(_) | Self::Float(_) => "a number".to_owned(),
            Self::Duration(_) => "a duration".to_owned(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longer ones first.
const SIGNS: [&str; 36] = [
    "!>>", "!<<", "&>>", "&<<", "&&", "||", "!=", "!~", "!>", "!<", "=~", ">=", "<=", ">>", "<<", "&>", "&<", "&~",
    "{", "}", "(", ")", "[", "]", "=", ">", "<", "!", "|", ",", "~", "+", "*", "/", "%", "^",
];

const UNITS: [(&str, f64); 9] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
    ("d", 86_400e9),
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, QueryError> {
    let mut lexer = Lexer { text, rest: text.char_indices().peekable(), column: 1 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(char::is_whitespace);
        let column = lexer.column;
        let token = lexer.token()?;
        let is_end = token == Token::End;
        tokens.push(Placed { token, column });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    column: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, character)| *character)
    }

    fn next(&mut self) -> Option<char> {
        self.column += 1;
        self.rest.next().map(|(_, character)| character)
    }

    /// What is not read yet.
    fn left(&mut self) -> &'a str {
        let at = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text.get(at..).unwrap_or_default()
    }

    fn skip(&mut self, fits: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&fits) {
            self.next();
        }
    }

    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let left = self.left();
        self.skip(fits);
        left.get(..left.len() - self.left().len()).unwrap_or_default()
    }

    fn token(&mut self) -> Result<Token, QueryError> {
        let Some(first) = self.peek() else { return Ok(Token::End) };
        let second = self.left().chars().nth(1);
        match first {
            '"' | '`' => self.quoted().map(Token::Text),
            '0'..='9' => self.number(),
            '-' if second.is_some_and(|second| second.is_ascii_digit()) => self.number(),
            '.' if second.is_some_and(|second| second.is_ascii_digit()) => self.number(),
            '.' => self.word(),
            '-' => {
                self.next();
                Ok(Token::Sign("-"))
            }
            first if first.is_alphabetic() || first == '_' => self.word(),
            first => {
                let left = self.left();
                let Some(sign) = SIGNS.into_iter().find(|sign| left.starts_with(sign)) else {
                    return Err(QueryError::expected(self.column, "a sign of the language", format!("{first:?}")));
                };
                for _ in sign.chars() {
                    self.next();
                }
                Ok(Token::Sign(sign))
            }
        }
    }

    /// A text in quotes: with escapes in double ones, as it stands there in backticks.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let (began, quote) = (self.column, self.next());
        let mut text = String::new();
        loop {
            let column = self.column;
            match self.next() {
                None => return Err(QueryError::expected(began, "a text that ends", "the end")),
                end if end == quote => return Ok(text),
                Some('\\') if quote == Some('"') => {
                    let escaped = match self.next() {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some('r') => '\r',
                        Some(plain @ ('\\' | '"' | '\'')) => plain,
                        other => {
                            let found = other.map_or_else(|| "the end".to_owned(), |other| format!("{other:?}"));
                            return Err(QueryError::expected(column, "an escape: one of n t r \\ \" '", found));
                        }
                    };
                    text.push(escaped);
                }
                Some(plain) => text.push(plain),
            }
        }
    }

    fn word(&mut self) -> Result<Token, QueryError> {
        let mut word = Word { text: String::new(), point: None };
        loop {
            match self.peek() {
                Some('"') if word.text.ends_with('.') => {
                    let part = self.quoted()?;
                    word.text.push_str(&part);
                }
                Some(character) if in_word(character) => {
                    if character == '.' && word.point.is_none() {
                        word.point = Some(word.text.len());
                    }
                    word.text.push(character);
                    self.next();
                }
                _ => return Ok(Token::Word(word)),
            }
        }
    }

    /// `17`, `-2`, `.5`, `1.5`, `150ms`, `1h30m`.
    fn number(&mut self) -> Result<Token, QueryError> {
        let column = self.column;
        let negative = self.peek() == Some('-');
        if negative {
            self.next();
        }
        let mut total = 0.0_f64;
        let mut parts = 0_usize;
        loop {
            let digits = self.take(|character| character.is_ascii_digit() || character == '.');
            let unit = self.take(|character| character.is_alphabetic());
            let senseless = || QueryError::expected(column, "a number or a duration", format!("`{digits}{unit}`"));
            let number: f64 = digits.parse().map_err(|_| senseless())?;
            if unit.is_empty() {
                if parts > 0 {
                    return Err(senseless());
                }
                let minus = if negative { "-" } else { "" };
                let whole = format!("{minus}{digits}");
                return match whole.parse() {
                    Ok(int) => Ok(Token::Int(int)),
                    Err(_) => Ok(Token::Float(if negative { -number } else { number })),
                };
            }
            let (_, scale) = UNITS.into_iter().find(|(word, _)| *word == unit).ok_or_else(senseless)?;
            total += number * scale;
            parts += 1;
            if !self.peek().is_some_and(|character| character.is_ascii_digit()) {
                let total = if negative { -total } else { total };
                #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest number there is")]
                return Ok(Token::Duration(total.round() as i64));
            }
        }
    }
}

/// Everything but space and what means something else.
fn in_word(character: char) -> bool {
    !character.is_whitespace() && !"{}()[]=~!<>&|^,\"`'+*%".contains(character)
}
