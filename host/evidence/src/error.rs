//! Why a document or an archive could not be read.

use crate::text;
use std::fmt;

/// Says the format, the place and what is wrong there. Always the caller's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{place}{problem}", prefix(*format))]
pub struct ReadError {
    /// The format it was read as (`zip`, `tar` or `tar.gz` for archives); `None` before one was found.
    pub format: Option<&'static str>,
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// Where in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The document as a whole.
    Document,
    /// A character of a text, both counted from 1.
    Line {
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
    },
    /// A value of a JSON document.
    Value {
        /// E.g. `runs[0].results`.
        path: String,
        /// Line and column, both counted from 1, where known.
        at: Option<(usize, usize)>,
    },
    /// A file of an archive.
    Member(String),
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Not what the format asks for.
    #[error("{0}")]
    Malformed(String),
    /// More than is allowed.
    #[error("too much: {what}: {used} used, {allowed} allowed")]
    OverLimit {
        /// What is counted.
        what: &'static str,
        /// As counted when it was refused.
        used: usize,
        /// The limit.
        allowed: usize,
    },
    /// The content shows none of the formats.
    #[error(
        "format not recognised: {seen}; known are {known}; a format of your own can be handed in as `opaque`, by that name"
    )]
    Unrecognised {
        /// What was seen instead.
        seen: String,
        /// The formats that are recognised by content.
        known: String,
    },
    /// There is no format of the name given.
    #[error("no format is called {named}; known are {known}")]
    UnknownName {
        /// As given, quoted.
        named: String,
        /// All names.
        known: String,
    },
}

impl ReadError {
    pub(crate) fn malformed(format: Option<&'static str>, place: Place, what: &str) -> Self {
        Self { format, place, problem: Problem::Malformed(text::printable(what)) }
    }

    pub(crate) fn over(
        format: Option<&'static str>,
        place: Place,
        what: &'static str,
        used: usize,
        allowed: usize,
    ) -> Self {
        Self { format, place, problem: Problem::OverLimit { what, used, allowed } }
    }
}

fn prefix(format: Option<&'static str>) -> String {
    format.map_or_else(String::new, |format| format!("{format}: "))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => Ok(()),
            Self::Line { line, column } => write!(f, "line {line}, column {column}: "),
            Self::Value { path, at: None } => write!(f, "at `{path}`: "),
            Self::Value { path, at: Some((line, column)) } => {
                write!(f, "at `{path}` (line {line}, column {column}): ")
            }
            Self::Member(path) => write!(f, "member {}: ", text::quoted(path)),
        }
    }
}
