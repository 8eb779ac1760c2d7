//! A ledger from a backup, where there is none.

use crate::{
    backup::{self, BackupError, CHECKPOINT, DATABASE, Held, on_the_disk, sound},
    config::LedgerConfig,
    place::Place,
    store::lock::WriterLock,
};
use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Puts a backup where there is no ledger: a folder that [`backup::backup`] made, or its database alone. It is in its place only once it
/// was verified whole.
pub async fn restore(from: &Path, to: impl Into<Place>, config: &LedgerConfig) -> Result<Held, BackupError> {
    match to.into() {
        Place::File(to) => into_file(from, &to, config).await,
        Place::Postgres(_) => Err(BackupError::Postgres),
    }
}

async fn into_file(from: &Path, to: &Path, config: &LedgerConfig) -> Result<Held, BackupError> {
    // Also what a ledger left that was taken away: it would be played into this one.
    for path in [to.to_owned(), backup::with(to, "-wal"), backup::with(to, "-journal")] {
        if path.exists() {
            return Err(BackupError::Exists { path });
        }
    }
    let lock = WriterLock::of(&Place::from(to))?;
    let (database, note) = if from.is_dir() {
        (from.join(DATABASE), from.join(CHECKPOINT))
    } else {
        (from.to_owned(), from.with_file_name(CHECKPOINT))
    };
    let used = |path: &Path, cause| BackupError::File { path: path.to_owned(), cause };
    let kept = match fs::read_to_string(&note) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read.map_err(|cause| used(&note, cause))?),
    };
    let partial = backup::with(to, ".partial");
    let held = async {
        fs::copy(&database, &partial).map_err(|cause| used(&database, cause))?;
        let held = sound(&partial, kept.as_deref(), config).await?;
        File::open(&partial).and_then(|file| file.sync_all()).map_err(|cause| used(&partial, cause))?;
        Ok(held)
    };
    let held = match held.await {
        Ok(held) => held,
        Err(error) => {
            let _ = fs::remove_file(&partial);
            return Err(error);
        }
    };
    fs::rename(&partial, to).and_then(|()| on_the_disk(to)).map_err(|cause| used(to, cause))?;
    drop(lock);
    Ok(held)
}
