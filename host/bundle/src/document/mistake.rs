//! What is wrong with a file, and where.

use super::{MISTAKES_MAX, Position};
use std::fmt;

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file as it was named.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The value it is about, as a JSON pointer.
    pub pointer: String,
    /// In one sentence.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\nhint: {hint}"))
    }
}

impl std::error::Error for Mistake {}

/// The mistakes of one file, of which so many are kept as a person can read.
#[derive(Debug)]
pub struct Mistakes {
    file: String,
    kept: Vec<Mistake>,
    omitted: usize,
}

impl Mistakes {
    /// None so far.
    #[must_use]
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), kept: Vec::new(), omitted: 0 }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// One more.
    pub fn push(&mut self, at: Position, pointer: String, message: String, hint: Option<String>) {
        if self.kept.iter().any(|known| known.pointer == pointer && known.message == message) {
            return;
        }
        if self.kept.len() >= MISTAKES_MAX {
            self.omitted += 1;
            return;
        }
        let Position { line, column } = at;
        self.kept.push(Mistake { file: self.file.clone(), line, column, pointer, message, hint });
    }

    /// One more, unless something is known to be wrong with that value already: then this follows from it.
    pub fn push_if_first(&mut self, at: Position, pointer: String, message: String, hint: Option<String>) {
        if !self.kept.iter().any(|known| known.pointer == pointer) {
            self.push(at, pointer, message, hint);
        }
    }

    /// All of them, in the order in which they stand in the file.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Mistake> {
        self.kept.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        if self.omitted > 0
            && let Some(last) = self.kept.last()
        {
            let message = format!("{} more mistakes: {} listed, {MISTAKES_MAX} allowed", self.omitted, self.kept.len());
            self.kept.push(Mistake { message, pointer: String::new(), hint: None, ..last.clone() });
        }
        self.kept
    }
}
