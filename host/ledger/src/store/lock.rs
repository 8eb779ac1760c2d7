//! One writer at a time: a lock of the operating system on a file beside the database, gone with the process.

use crate::{error::LedgerError, place::Place};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// Held as long as the ledger may write.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // To close the file is not enough: a process that was started a moment ago has it open too, until it runs its own program.
        let _ = self.file.unlock();
    }
}

impl WriterLock {
    /// Takes the lock of this ledger, or says that it is taken. Several gates may write on PostgreSQL: there it is none.
    pub(crate) fn of(place: &Place) -> Result<Option<Self>, LedgerError> {
        match place {
            Place::File(path) => Self::take(path).map(Some),
            Place::Postgres(_) => Ok(None),
        }
    }

    fn take(path: &Path) -> Result<Self, LedgerError> {
        let lock = lock_path(path);
        let refused = |cause| LedgerError::Lock { lock: lock.clone(), cause };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::InUse { place: path.into(), lock }),
            Err(TryLockError::Error(cause)) => Err(refused(cause)),
        }
    }
}

fn lock_path(path: &Path) -> PathBuf {
    // Links to one file lead to one lock.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(real);
    name.push(".lock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::WriterLock;

    #[test]
    fn a_lock_that_is_let_go_is_free_whoever_else_has_its_file_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let lock = WriterLock::take(&path).unwrap();
        // As a process has it between its start and its own program.
        let _inherited = lock.file.try_clone().unwrap();
        WriterLock::take(&path).unwrap_err();
        drop(lock);
        WriterLock::take(&path).unwrap();
    }
}
