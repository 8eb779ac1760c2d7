//! How much a document may cost.

use crate::error::{Place, ReadError};

/// What one document or one archive may use; each is configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document.
    pub document_bytes: usize,
    /// XML elements or JSON values open inside each other. JSON stops at 127 whatever is set.
    pub depth: usize,
    /// Files and directories of one archive.
    pub archive_members: usize,
    /// Bytes of an archive's files, unpacked and counted.
    pub archive_bytes: usize,
    /// Unpacked bytes per packed byte; not asked below 1 MiB unpacked, where it can do no harm.
    pub archive_ratio: usize,
    /// Cases, lines, elements of JSON arrays: whatever a document can hold many of, all together.
    pub rows: usize,
    /// Bytes of one text of the model; a longer one is cut and ends in `…`.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 32 << 20,
            depth: 128,
            archive_members: 2_000,
            archive_bytes: 64 << 20,
            archive_ratio: 200,
            rows: 1_000_000,
            text_bytes: 64 << 10,
        }
    }
}

/// Whether a document is of a size that is read; an error says both numbers.
pub fn within_document_bytes(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    if bytes.len() > limits.document_bytes {
        return Err(ReadError::over(None, Place::Document, "document bytes", bytes.len(), limits.document_bytes));
    }
    Ok(())
}
