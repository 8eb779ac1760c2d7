//! Why nothing was moved to an archive.

use super::finding::Finding;
use crate::{
    error::{LedgerError, ReadError, RecordError},
    proof::ProofError,
    rebuild::RebuildError,
};
use std::{io, path::PathBuf};
use tidegate_core::time::Timestamp;

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// What happened of late is not closed.
    #[error("`{until}` is less than 7 days ago: what happened since may still go on")]
    TooYoung {
        /// As it was asked.
        until: Timestamp,
    },
    /// There is nothing to be moved.
    #[error(
        "there is nothing to be moved: {closed} leaves are of before `{until}`, and archives come in multiples of 256; {archived} are in archives"
    )]
    Nothing {
        /// As it was asked.
        until: Timestamp,
        /// Leaves of before.
        closed: u64,
        /// Leaves that the last archive is of.
        archived: u64,
    },
    /// A file or folder could not be used.
    #[error("`{}` cannot be used: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Something lies where the archive should go that is no unfinished archive of this range.
    #[error("`{}` is there already and is another\nhint: move it away", path.display())]
    Exists {
        /// What.
        path: PathBuf,
    },
    /// What was written is not what was recorded. Nothing was moved.
    #[error("the archive is not what was recorded: {}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unsound {
        /// What does not fit.
        findings: Vec<Finding>,
    },
    /// The ledger cannot be opened.
    #[error(transparent)]
    Open(#[from] LedgerError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The ledger cannot be proved.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The archive's rows cannot be made.
    #[error(transparent)]
    Rows(#[from] RebuildError),
    /// It cannot be written.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<sqlx::Error> for ArchiveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}
