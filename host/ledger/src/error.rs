//! What can go wrong with a record: three small types, for opening, recording and reading.

use crate::{
    body::BodyKind, checkpoint::CheckpointError, damage::Damage, faster::Faster, id::DecisionId,
    leaf_size::LeafTooLarge, place::Place, removal::Removed, schema::OtherTables, sidecar::SidecarError,
    signing_key::KeyError,
};
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

/// What PostgreSQL's codes for refused rows begin with: data that does not fit, constraints, what is too long for an index, our triggers.
const POSTGRES_ROWS: [&str; 4] = ["22", "23", "54", "P0001"];

impl StoreError {
    /// A constraint or trigger refused the rows: the record's own fault, not the store's.
    pub(crate) fn refuses_the_rows(&self) -> bool {
        const SQLITE_CONSTRAINT: i32 = 19;
        let Some(error) = self.0.as_database_error() else { return false };
        let code = error.code().unwrap_or_default();
        match error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            Some(_) => POSTGRES_ROWS.iter().any(|class| code.starts_with(class)),
            None => code.parse::<i32>().is_ok_and(|code| code & 0xff == SQLITE_CONSTRAINT),
        }
    }
}

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another process, or this one, has it open.
    #[error("ledger `{place}` is open elsewhere: one writer at a time (lock file `{}`)", lock.display())]
    InUse {
        /// Where it is.
        place: Place,
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
    #[error("ledger `{place}` cannot be opened: {cause}")]
    Open {
        /// Where it is.
        place: Place,
        /// Why.
        cause: StoreError,
    },
    /// It is an archive, which nobody writes to any more.
    #[error(
        "ledger `{place}` is an archive, and is only read\nhint: `tidegate audit sql`, `tidegate replay` and `tidegate ledger verify` do"
    )]
    Archive {
        /// Where it is.
        place: Place,
    },
    /// The tables could not be brought to this build's shape.
    #[error("the tables of ledger `{place}` do not fit this build: {cause}")]
    Migrate {
        /// Where it is.
        place: Place,
        /// Why.
        cause: Box<dyn Error + Send + Sync>,
    },
    /// Another build made the tables, and they do not serve this one.
    #[error("the tables of ledger `{place}` do not serve this build: {cause}")]
    OtherTables {
        /// Where it is.
        place: Place,
        /// Why.
        cause: OtherTables,
    },
    /// Leaves are missing or were altered.
    #[error("ledger `{place}` was tampered with or damaged: {cause}")]
    Damaged {
        /// Where it is.
        place: Place,
        /// What does not fit.
        cause: Damage,
    },
    /// It is not the ledger that checkpoints were signed of, or an older one.
    #[error("ledger `{place}` does not fit its checkpoints: {cause}")]
    Checkpoint {
        /// Where it is.
        place: Place,
        /// What does not fit.
        cause: CheckpointError,
    },
    /// There is no key to sign checkpoints with.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file for the last checkpoint cannot be used.
    #[error(transparent)]
    Sidecar(#[from] SidecarError),
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
    #[error("body is gone: {} `{digest}`{}", kind.word(), because(removed))]
    Gone {
        /// What it was.
        kind: BodyKind,
        /// Of its bytes.
        digest: Digest,
        /// The leaf that says so, where it was looked for and is one.
        removed: Option<Removed>,
    },
    /// A person's name or words were forgotten.
    #[error("body is gone: private text `{salted}`{}", because(removed))]
    Forgotten {
        /// As the leaf holds it.
        salted: String,
        /// As of a body.
        removed: Option<Removed>,
    },
    /// What was recorded lately cannot be looked for: an answer without it would be wrong.
    #[error("what was recorded lately cannot be found yet: {0}")]
    Behind(Box<RecordError>),
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

fn because(removed: &Option<Removed>) -> String {
    removed.as_ref().map(|removed| format!(": {removed}")).unwrap_or_default()
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
