//! A copy of a ledger that is written to meanwhile: verified whole before anybody relies on it.

use crate::{
    config::LedgerConfig,
    error::{LedgerError, ReadError, StoreError},
    ledger::{Ledger, kept::NotExtended},
    place::Place,
    proof::TreeHead,
    rebuild::{Compared, RebuildError},
    store::open,
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// The database in a backup.
pub const DATABASE: &str = "ledger.sqlite";
/// The last checkpoint in a backup.
pub const CHECKPOINT: &str = "ledger.checkpoint";

/// Why there is no backup, or nothing was restored from one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// That database has a way of its own, which knows its users and settings too.
    #[error(
        "a ledger on PostgreSQL is backed up by `pg_dump` and restored by `pg_restore`\nhint: then `tidegate ledger verify --against` its last checkpoint"
    )]
    Postgres,
    /// Something is there already, and would be lost.
    #[error("`{}` is there already\nhint: move it away", path.display())]
    Exists {
        /// What.
        path: PathBuf,
    },
    /// A file or folder could not be used.
    #[error("`{}` cannot be used: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The database could not be copied.
    #[error("the ledger could not be copied: {0}")]
    Copy(StoreError),
    /// The copy does not open as a ledger.
    #[error(transparent)]
    Open(#[from] LedgerError),
    /// The copy could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The copy's tables could not be compared with its leaves.
    #[error("what follows from the leaves cannot be compared with them: {0}")]
    Rows(#[from] RebuildError),
    /// The copy does not go on from a checkpoint of the ledger.
    #[error("the copy does not go on from the ledger's checkpoint: {0}")]
    Checkpoint(#[from] NotExtended),
    /// The copy is not what was recorded.
    #[error("the copy is not what was recorded: {}", findings.join("; "))]
    Unsound {
        /// What does not fit.
        findings: Vec<String>,
    },
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its leaves and their root.
    pub head: TreeHead,
    /// Its last checkpoint; none where none was signed.
    pub checkpoint: Option<String>,
}

/// Copies the ledger in this file into a new folder while others write to it. The folder has its name only once the copy was opened,
/// read leaf by leaf, and goes on from the checkpoint that was the last when copying began.
pub async fn backup(ledger: impl Into<Place>, into: &Path, config: &LedgerConfig) -> Result<Held, BackupError> {
    let ledger = ledger.into();
    if matches!(ledger, Place::Postgres(_)) {
        return Err(BackupError::Postgres);
    }
    if into.exists() {
        return Err(BackupError::Exists { path: into.to_owned() });
    }
    let partial = with(into, ".partial");
    let used = |path: &Path, cause| BackupError::File { path: path.to_owned(), cause };
    fs::DirBuilder::new().mode(0o700).create(&partial).map_err(|cause| used(&partial, cause))?;
    let made = copied(&ledger, &partial, config).await;
    let held = match made {
        Ok(held) => held,
        Err(error) => {
            // What is no backup must not lie about as one.
            let _ = fs::remove_dir_all(&partial);
            return Err(error);
        }
    };
    let named = fs::rename(&partial, into).and_then(|()| on_the_disk(into));
    named.map_err(|cause| used(into, cause))?;
    Ok(held)
}

async fn copied(ledger: &Place, folder: &Path, config: &LedgerConfig) -> Result<Held, BackupError> {
    let (copy, note) = (folder.join(DATABASE), folder.join(CHECKPOINT));
    let before = into(ledger, &copy, config).await?;
    let held = sound(&copy, before.as_deref(), config).await?;
    let used = |path: &Path, cause| BackupError::File { path: path.to_owned(), cause };
    File::open(&copy).and_then(|file| file.sync_all()).map_err(|cause| used(&copy, cause))?;
    if let Some(checkpoint) = &held.checkpoint {
        fs::write(&note, checkpoint).map_err(|cause| used(&note, cause))?;
        File::open(&note).and_then(|file| file.sync_all()).map_err(|cause| used(&note, cause))?;
    }
    Ok(held)
}

/// Copies as of one moment, in one read, and gives the checkpoint that was the last before.
async fn into(ledger: &Place, copy: &Path, config: &LedgerConfig) -> Result<Option<String>, BackupError> {
    let store = |cause: sqlx::Error| BackupError::Copy(cause.into());
    let Some(target) = copy.to_str() else {
        let cause = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
        return Err(BackupError::File { path: copy.to_owned(), cause });
    };
    let reads = open::reading(ledger, config).map_err(store)?;
    let done = async {
        let mut connection = reads.acquire().await?;
        let before = crate::store::checkpoints::last(&mut connection).await?;
        sqlx::query("VACUUM INTO $1").bind(target.to_owned()).execute(&mut *connection).await?;
        Ok(before)
    };
    let done = done.await.map_err(store);
    reads.close().await;
    done
}

/// Opens a copy, reads every leaf of it, compares its tables with them, and it with a checkpoint that it has to go on from.
pub(crate) async fn sound(copy: &Path, kept: Option<&str>, config: &LedgerConfig) -> Result<Held, BackupError> {
    let config = LedgerConfig { checkpoints: None, ..config.clone() };
    let ledger = Ledger::open(copy, config).await?;
    let held = verified(&ledger, kept).await;
    ledger.close().await;
    // The lock is of whoever writes, and nobody does any more.
    let _ = fs::remove_file(with(copy, ".lock"));
    held
}

async fn verified(ledger: &Ledger, kept: Option<&str>) -> Result<Held, BackupError> {
    let found = ledger.verify().await?;
    let mut findings: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
    if findings.is_empty() {
        let rows = ledger.projections().await?;
        if rows != Compared::default() {
            findings.push("rows are not as the leaves say".to_owned());
        }
    }
    if !findings.is_empty() {
        return Err(BackupError::Unsound { findings });
    }
    if let Some(kept) = kept {
        ledger.extends(kept, None).await?;
    }
    Ok(Held { head: found.head, checkpoint: ledger.checkpoint().await? })
}

/// The name with an ending.
pub(crate) fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// What was renamed stays renamed, also after a power cut.
pub(crate) fn on_the_disk(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
