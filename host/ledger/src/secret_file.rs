//! Files that hold a secret: short, and nobody else's to read.

use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
};
use zeroize::Zeroizing;

/// Bytes of the file, at most.
pub(crate) const FILE_BYTES_MAX: u64 = 4096;
/// What its permissions may not hold: a group may read a secret that is mounted for it, nobody else may do anything.
const FORBIDDEN: u32 = 0o037;

/// Why a secret was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The file cannot be read.
    File(io::Error),
    /// It is no file, or a very long one.
    NoFile,
    /// Others may read or change it.
    Open {
        /// Its permissions.
        mode: u32,
    },
}

/// Reads a secret.
pub(crate) fn read(file: &Path) -> Result<Zeroizing<String>, Unread> {
    let opened = File::open(file).map_err(Unread::File)?;
    let found = opened.metadata().map_err(Unread::File)?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        return Err(Unread::NoFile);
    }
    let mode = found.mode() & 0o777;
    if mode & FORBIDDEN != 0 {
        return Err(Unread::Open { mode });
    }
    let mut text = Zeroizing::new(String::new());
    opened.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(Unread::File)?;
    Ok(text)
}
