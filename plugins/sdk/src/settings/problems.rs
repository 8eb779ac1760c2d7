//! What is wrong with settings, collected: every problem at once, each with its place and both numbers of a limit.

use crate::{decimal::Percent, describe::Problem};

/// Entries of one list, at most, where the list is not a filter of the host.
pub const ENTRIES_MAX: usize = 100;
/// Entries of a list that the host filters by, at most.
pub const EXCEPTIONS_MAX: usize = 256;
/// Bytes of one entry, at most.
pub const ENTRY_BYTES_MAX: usize = 256;

/// A collection of problems.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// One more.
    pub fn add(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem::new(pointer, message));
    }

    /// Where it is no percentage.
    pub fn percent(&mut self, pointer: &str, percent: Option<Percent>) {
        if let Some(problem) = percent.and_then(Percent::problem) {
            self.add(pointer, problem);
        }
    }

    /// Where a list has too many entries, or an entry is empty or too long.
    pub fn entries(&mut self, pointer: &str, entries: &[String], entries_max: usize) {
        self.count(pointer, entries.len(), entries_max);
        for (index, entry) in entries.iter().enumerate() {
            self.text(format!("{pointer}/{index}"), entry);
        }
    }

    /// Where there are too many entries.
    pub fn count(&mut self, pointer: &str, used: usize, allowed: usize) {
        if used > allowed {
            self.add(pointer, format!("{used} entries used, {allowed} allowed"));
        }
    }

    /// Where a text is empty or too long.
    pub fn text(&mut self, pointer: String, text: &str) {
        if text.is_empty() {
            self.add(pointer, "empty");
        } else if text.len() > ENTRY_BYTES_MAX {
            self.add(pointer, format!("{} bytes used, {ENTRY_BYTES_MAX} allowed", text.len()));
        }
    }

    /// All of them, in the order in which they were added.
    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}
