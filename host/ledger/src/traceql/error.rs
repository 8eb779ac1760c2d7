//! What is wrong with a query, and where.

use std::fmt;

/// Why a query is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Characters from the beginning, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Something else stands there.
    Expected {
        /// What may stand there, in words.
        expected: &'static str,
        /// What does.
        found: String,
    },
    /// The language has it, and it cannot be answered here.
    Unsupported(String),
    /// Types that cannot be compared so, or a regular expression that is none.
    Senseless(String),
    /// Over a limit.
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much there is.
        used: usize,
        /// How much may be.
        allowed: usize,
    },
}

impl QueryError {
    pub(super) fn expected(column: usize, expected: &'static str, found: impl Into<String>) -> Self {
        Self { column, problem: Problem::Expected { expected, found: found.into() } }
    }

    pub(super) fn unsupported(column: usize, what: impl Into<String>) -> Self {
        Self { column, problem: Problem::Unsupported(what.into()) }
    }

    pub(super) fn senseless(column: usize, why: impl Into<String>) -> Self {
        Self { column, problem: Problem::Senseless(why.into()) }
    }

    pub(super) fn too_large(what: &'static str, used: usize, allowed: usize) -> Self {
        Self { column: 1, problem: Problem::TooLarge { what, used, allowed } }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: ", self.column)?;
        match &self.problem {
            Problem::Expected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Problem::Unsupported(what) => write!(f, "{what} is not supported"),
            Problem::Senseless(why) => f.write_str(why),
            Problem::TooLarge { what, used, allowed } => write!(f, "{what}: {used} used, {allowed} allowed"),
        }
    }
}

impl std::error::Error for QueryError {}
