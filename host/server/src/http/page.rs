//! A page of what one may read, as the question mark asks for it where the places of pages are numbers.

use crate::{
    api::problem::PlacedError,
    gate::error::{GateError, parsed, placed},
};

/// The largest number that every JSON reader keeps as it is.
const LEAF_MAX: u64 = 1 << 53;
/// Rows of a page where nobody says how many.
const ROWS: u32 = 50;

/// A filter that is being read, with everything that is wrong with it.
#[derive(Debug, Default)]
pub struct Reading(Vec<PlacedError>);

impl Reading {
    /// What a parameter says, if anything.
    pub fn said<T, E: ToString>(
        &mut self,
        name: &str,
        text: Option<&str>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        parsed(name, text, parse, &mut self.0)
    }

    /// How a thing stands that is asked for.
    pub fn state<T>(&mut self, text: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.said("state", text, |word| parse(word).ok_or("no such state"))
    }

    /// Before which one, and how many.
    pub fn page(&mut self, before: Option<u64>, limit: Option<u32>, max: u32) -> (Option<u64>, u32) {
        let limit = limit.unwrap_or(ROWS);
        if !(1..=max).contains(&limit) {
            self.0.push(placed("limit", format!("{limit} used, 1 to {max} allowed")));
        }
        if before.is_some_and(|before| before > LEAF_MAX) {
            self.0.push(placed("before", format!("at most {LEAF_MAX}")));
        }
        (before, limit)
    }

    /// What was asked for, or everything that is wrong with it.
    pub fn done<T>(self, asked: T) -> Result<T, GateError> {
        if self.0.is_empty() { Ok(asked) } else { Err(GateError::Malformed(self.0)) }
    }
}
