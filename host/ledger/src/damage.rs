//! What does not fit in a ledger.

use tidegate_core::digest::Digest;

/// What does not fit in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The number of leaves is not what the head says.
    #[error("the head counts {head} leaves, there are {found}")]
    Count {
        /// As the head says.
        head: u64,
        /// As counted.
        found: u64,
    },
    /// There are as many leaves as the head says, but not one for each index.
    #[error("leaves run from {first} to {last}, but there are {found}")]
    Gap {
        /// The smallest index.
        first: u64,
        /// The largest index.
        last: u64,
        /// As counted.
        found: u64,
    },
    /// The last leaf is not the one that the head knows.
    #[error("leaf {index} is not the one that was recorded")]
    LastLeaf {
        /// Its index.
        index: u64,
    },
    /// A leaf is missing, or its hash is not its own.
    #[error("leaf {index} is not what was recorded")]
    Leaf {
        /// Its index.
        index: u64,
    },
    /// There is no head.
    #[error("the head is missing")]
    NoHead,
    /// The head's frontier does not make the head's root.
    #[error("root and frontier of the tree of {size} leaves do not belong to each other")]
    Frontier {
        /// As the head says.
        size: u64,
    },
    /// The tree has another number of hashes than its leaves ask for.
    #[error("the head asks for {head} hashes at level {level} of the tree, there are {found}")]
    Hashes {
        /// Of tiles, counted from the leaves.
        level: u32,
        /// As the head's size asks for.
        head: u64,
        /// As counted.
        found: u64,
    },
    /// A hash of the tree is missing.
    #[error("the tree has no hash {index} at level {level}")]
    NoHash {
        /// Of tiles, counted from the leaves.
        level: u32,
        /// Within the level.
        index: u64,
    },
    /// The tree has another root than the head says.
    #[error("the head says that the root of {size} leaves is `{head}`, it is `{found}`")]
    Root {
        /// As the head says.
        size: u64,
        /// As the head says.
        head: Digest,
        /// As the tree's hashes make it.
        found: Digest,
    },
    /// Leaves that this very process committed are not there any more.
    #[error("{committed} leaves were committed, the ledger has {found} or other ones: its file was exchanged")]
    Exchanged {
        /// As committed.
        committed: u64,
        /// As the head says.
        found: u64,
    },
}
