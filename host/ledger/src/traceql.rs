//! `TraceQL`, read: the part of it that can be answered from indexed columns.
//!
//! Spansets with comparisons of attributes, `&&`, `||` and `!`, and the stages `select`, `by`, `count() > n` and other aggregates, `rate()` and
//! `count_over_time()`. What the language has beyond that is refused by name, so that nobody takes an answer for one to another question.
//!
//! **Invariant:** no I/O. **Invariant:** no text makes it panic or recurse without a bound.

pub mod ast;
pub(crate) mod comparison;
pub mod error;
mod lexer;
pub mod names;
mod parser;
pub(crate) mod stages;
#[cfg(test)]
mod tests;

use ast::Query;
use error::QueryError;

/// Bytes of a query, at most.
pub const QUERY_BYTES_MAX: usize = 8 * 1024;
/// How deep brackets and negations may stand within each other.
pub const DEPTH_MAX: usize = 32;
/// Comparisons of a query, at most.
pub const COMPARISONS_MAX: usize = 128;
/// Bytes of a regular expression, at most.
pub const REGEX_BYTES_MAX: usize = 1024;

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(QueryError::too_large("bytes", text.len(), QUERY_BYTES_MAX));
    }
    parser::Parser::new(lexer::tokens(text)?).query()
}
