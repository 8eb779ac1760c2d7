//! What can go wrong with a record: three small types, for opening, recording and reading.

use crate::{body::BodyKind, faster::Faster, id::DecisionId, leaf_size::LeafTooLarge};
use std::{error::Error, path::PathBuf, sync::Arc};
use tidegate_core::digest::Digest;

/// The database's own words, without its types.
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(Arc<sqlx::Error>);

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(error))
    }
}

impl StoreError {
    /// A constraint or trigger refused the rows: the record's own fault, not the store's.
    pub(crate) fn refuses_the_rows(&self) -> bool {
        const SQLITE_CONSTRAINT: i32 = 19;
        let code = self.0.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
        code.is_some_and(|code| code & 0xff == SQLITE_CONSTRAINT)
    }
}

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another process, or this one, has it open.
    #[error("ledger `{}` is open elsewhere: one writer at a time (lock file `{}`)", path.display(), lock.display())]
    InUse {
        /// The database file.
        path: PathBuf,
        /// The file that is locked.
        lock: PathBuf,
    },
    /// The lock file cannot be used.
    #[error("lock file `{}` cannot be used: {cause}", lock.display())]
    Lock {
        /// The file.
        lock: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("ledger `{}` cannot be opened: {cause}", path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// Why.
        cause: StoreError,
    },
    /// The tables could not be brought to this build's shape.
    #[error("the tables of ledger `{}` do not fit this build: {cause}", path.display())]
    Migrate {
        /// The database file.
        path: PathBuf,
        /// Why.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// Leaves are missing or were altered.
    #[error("ledger `{}` was tampered with or damaged: {cause}", path.display())]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What does not fit.
        cause: Damage,
    },
}

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
}

/// Why something was not recorded. Nothing of it is in the ledger.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// Too much is waiting already; try again later.
    #[error("the ledger is busy: {what}: {used} used, {allowed} allowed")]
    Busy {
        /// What there is too much of.
        what: &'static str,
        /// Waiting, with this one.
        used: usize,
        /// May wait.
        allowed: usize,
    },
    /// The ledger was closed.
    #[error("the ledger is closed")]
    Closed,
    /// Does not fit into a leaf.
    #[error(transparent)]
    Leaf(#[from] LeafTooLarge),
    /// Over a limit.
    #[error("{what}: {used} bytes used, {allowed} allowed")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Bytes given.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// What a scope keeps is at its limit.
    #[error("{what}: {used} used, {allowed} allowed")]
    Quota {
        /// What there is too much of.
        what: &'static str,
        /// With what was handed in.
        used: u64,
        /// The limit.
        allowed: u64,
        /// What this alone needs, whatever else there is.
        least: u64,
    },
    /// A document that was there when it was judged is not any more: it has to be handed in with the record.
    #[error("document `{digest}` expired before the decision was recorded")]
    Expired {
        /// Of its bytes.
        digest: Digest,
    },
    /// The same key was used for another request.
    #[error("this idempotency key was used for another request, which led to decision `{decision}`")]
    Conflict {
        /// What that request led to.
        decision: DecisionId,
    },
    /// A permit or a revocation came too late.
    #[error(transparent)]
    Faster(#[from] Faster),
    /// It is not owed, or was fulfilled before.
    #[error("the obligation is not owed any more")]
    Fulfilled,
    /// A document is not what it is said to be.
    #[error("the document's digest is `{actual}`, not `{stated}`")]
    OtherDigest {
        /// As stated.
        stated: Digest,
        /// As computed.
        actual: Digest,
    },
    /// It could not be turned into bytes.
    #[error("the record cannot be written as bytes: {0}")]
    Encode(Arc<dyn Error + Send + Sync>),
    /// The database refused it.
    #[error("the record could not be written: {0}")]
    Write(StoreError),
    /// The ledger is damaged.
    #[error("the record could not be written: {0}")]
    Damaged(Damage),
}

impl From<sqlx::Error> for RecordError {
    fn from(error: sqlx::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<ReadError> for RecordError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Store(cause) => Self::Write(cause),
            other => Self::Encode(Arc::new(other)),
        }
    }
}

impl RecordError {
    /// Whether the ledger itself is at fault, so that others will fare no better.
    pub(crate) fn is_of_the_store(&self) -> bool {
        match self {
            Self::Write(cause) => !cause.refuses_the_rows(),
            Self::Damaged(_) => true,
            Self::Busy { .. }
            | Self::Closed
            | Self::Leaf(_)
            | Self::TooLarge { .. }
            | Self::Conflict { .. }
            | Self::Faster(_)
            | Self::OtherDigest { .. }
            | Self::Fulfilled
            | Self::Quota { .. }
            | Self::Expired { .. }
            | Self::Encode(_) => false,
        }
    }
}

/// Why something that was recorded could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database refused.
    #[error("the ledger could not be read: {0}")]
    Store(StoreError),
    /// A body was redacted or deleted; the leaf that names it still stands.
    #[error("body is gone: {} `{digest}`", kind.word())]
    Gone {
        /// What it was.
        kind: BodyKind,
        /// Of its bytes.
        digest: Digest,
    },
    /// A person's name or words were forgotten.
    #[error("body is gone: private text `{salted}`")]
    Forgotten {
        /// As the leaf holds it.
        salted: String,
    },
    /// It is not what was recorded.
    #[error("{what} is not what was recorded")]
    Altered {
        /// What.
        what: String,
    },
    /// It is what was recorded, but this build cannot read it.
    #[error("{what} cannot be read by this build: {cause}")]
    Unreadable {
        /// What.
        what: String,
        /// Why.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// Over a limit.
    #[error("{what}: {used} bytes used, {allowed} allowed")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Bytes there are.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
