//! What proves that a leaf is in the ledger, and that nothing was taken out of it.

use crate::error::ReadError;
use tidegate_core::digest::Digest;

/// How many leaves there are, and the RFC 6962 root of the tree over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: Digest,
}

/// Why a proof could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Of a leaf that the tree does not have, or not at that size.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    NoLeaf {
        /// As asked.
        index: u64,
        /// As asked.
        size: u64,
    },
    /// Of a tree that there is not.
    #[error("a tree of {asked} leaves is asked for, there is one of {size}")]
    NoTree {
        /// As asked.
        asked: u64,
        /// As large as it may be.
        size: u64,
    },
    /// The ledger signs no checkpoints, and without one a receipt proves nothing.
    #[error("the ledger signs no checkpoints")]
    Unsigned,
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<sqlx::Error> for ProofError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}
