//! Questions to the record, which the record keeps: who looked at what.

use crate::leaf_size::LeafTooLarge;
use std::sync::Arc;

/// Bytes of a question, at most.
pub const QUESTION_BYTES_MAX: usize = 32 * 1024;

/// Somebody read what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReading {
    /// Who; authenticated.
    pub by: Arc<str>,
    /// What was asked: the route.
    pub route: Arc<str>,
    /// How it was asked: the filters, as they were sent. May name people.
    pub question: Arc<str>,
    /// Rows of the answer.
    pub rows: u64,
    /// Whether whoever reads has asked so many questions of late that the next ones are not recorded one by one.
    pub more: bool,
}

impl NewReading {
    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        let used = self.question.len();
        if used > QUESTION_BYTES_MAX {
            return Err(LeafTooLarge { what: "bytes of a question", used, allowed: QUESTION_BYTES_MAX });
        }
        Ok(())
    }
}
