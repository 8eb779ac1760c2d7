//! What does not fit about an archive.

use crate::verify;
use std::{fmt, path::PathBuf};
use tidegate_core::digest::Digest;

/// What does not fit, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The archive's folder; none where there is none.
    pub folder: Option<PathBuf>,
    /// What does not fit.
    pub what: Wrong,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// There is no folder with that manifest.
    #[error("the archive of leaves {first} to {size} is missing (manifest `{manifest}`)")]
    Missing {
        /// The first leaf that no archive was of before.
        first: u64,
        /// Leaves that it is of.
        size: u64,
        /// Of its manifest.
        manifest: Digest,
    },
    /// No leaf names it: of another ledger, altered, or of somebody who was interrupted.
    #[error("no leaf of this ledger names its manifest `{manifest}`")]
    Unknown {
        /// Of its manifest.
        manifest: Digest,
    },
    /// Its list of files is none.
    #[error("its manifest cannot be read")]
    Manifest,
    /// A file is gone.
    #[error("its file `{name}` cannot be read: {cause}")]
    NoFile {
        /// Which.
        name: String,
        /// Why.
        cause: String,
    },
    /// A file is not the one that was written.
    #[error("its file `{name}` was altered: `{found}` was found, the manifest says `{stated}`")]
    OtherFile {
        /// Which.
        name: String,
        /// As the manifest says.
        stated: Digest,
        /// As it is.
        found: Digest,
    },
    /// A leaf, a hash or the root is not what was recorded.
    #[error("{0}")]
    Leaves(verify::Finding),
    /// It is of other leaves than it says, or than the ledger has.
    #[error("it is of {found_size} leaves with root `{found}`; {size} with `{stated}` were recorded")]
    Root {
        /// As was recorded.
        size: u64,
        /// As was recorded.
        stated: Digest,
        /// As it is.
        found_size: u64,
        /// As it is.
        found: Digest,
    },
    /// Its checkpoint does not cover it.
    #[error("its checkpoint does not cover it: {0}")]
    Checkpoint(String),
    /// A row is not what its leaves say.
    #[error("{0}")]
    Row(String),
    /// A body is gone or altered.
    #[error("{0}")]
    Body(String),
    /// It cannot be read as a ledger.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(folder) = &self.folder {
            write!(f, "archive `{}`: ", folder.display())?;
        }
        self.what.fmt(f)
    }
}
