//! Files and a directory that belong to this user alone.

use super::CacheError;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Permission bits of everyone but the owner.
const OTHERS: u32 = 0o077;

/// A directory that only this user can write.
#[derive(Debug)]
pub(super) struct PrivateDir {
    path: PathBuf,
    user: u32,
}

impl PrivateDir {
    /// Opens it, or makes it; refuses one that others can reach.
    pub(super) fn open(path: &Path) -> Result<Self, CacheError> {
        let io_error = |error| CacheError::Io { path: path.to_owned(), error };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_error)?;
        let user = user_of_new_files(path).map_err(io_error)?;
        let found = fs::metadata(path).map_err(io_error)?;
        let mode = found.mode() & 0o777;
        if found.uid() != user || mode & OTHERS != 0 {
            return Err(CacheError::Open { path: path.to_owned(), mode, owner: found.uid(), user });
        }
        Ok(Self { path: path.to_owned(), user })
    }

    /// A file's bytes; `None` when it is missing, unreadable, too large, or when anyone else could have read or written it.
    pub(super) fn read(&self, name: &str, bytes_max: u64) -> Option<Vec<u8>> {
        let file = File::open(self.path.join(name)).ok()?;
        // Of the open file, not of the name: what is looked at is what is read.
        let found = file.metadata().ok()?;
        if !found.is_file() || found.uid() != self.user || found.mode() & OTHERS != 0 || found.len() > bytes_max {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(found.len()).ok()?);
        file.take(bytes_max).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Writes a file under another name and then renames it: readers see all of it or nothing.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (mut file, scratch) = new_file(&self.path)?;
        let written = file.write_all(bytes).and_then(|()| fs::rename(&scratch, self.path.join(name)));
        if written.is_err() {
            // The write has failed already; what is left of it is removed if that is possible.
            let _ = fs::remove_file(&scratch);
        }
        written
    }

    /// Removes the oldest files with that ending, until so many are left.
    pub(super) fn keep_newest(&self, files_max: usize, ending: &str) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().ends_with(ending) {
                files.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        files.sort();
        let surplus = files.len().saturating_sub(files_max);
        for (_, path) in files.iter().take(surplus) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

/// Who a file belongs to that this process makes: asked of the file system, as the standard library knows no user ids.
fn user_of_new_files(dir: &Path) -> io::Result<u32> {
    let (file, path) = new_file(dir)?;
    let user = file.metadata().map(|found| found.uid());
    fs::remove_file(path)?;
    user
}

fn new_file(dir: &Path) -> io::Result<(File, PathBuf)> {
    let number = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
    let path = dir.join(format!("{number:016x}.new"));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    Ok((file, path))
}
