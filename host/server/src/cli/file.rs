//! A plugin's file, of bounded size.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Bytes of a file that is looked into, at most; a gate loads less.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` is too large: more than {allowed} bytes used, {allowed} allowed", path.display())]
    TooLarge { path: PathBuf, allowed: u64 },
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    if u64::try_from(bytes.len()).is_ok_and(|used| used <= FILE_BYTES_MAX) {
        Ok(bytes)
    } else {
        Err(FileError::TooLarge { path: path.to_owned(), allowed: FILE_BYTES_MAX })
    }
}
