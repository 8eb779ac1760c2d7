//! The last checkpoint in a file of its own: what tells an older copy of the database from the newest.

use crate::note::NOTE_BYTES_MAX;
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Why the file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("checkpoint file `{}` cannot be used: {cause}", path.display())]
pub struct SidecarError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub cause: io::Error,
}

#[derive(Debug, Clone)]
pub(crate) struct Sidecar(PathBuf);

impl Sidecar {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The note in it. None without a file; an empty one is what a power cut leaves on some file systems, and says as little.
    pub(crate) fn read(&self) -> Result<Option<String>, SidecarError> {
        let refused = |cause| SidecarError { path: self.0.clone(), cause };
        let opened = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(refused)?,
        };
        let mut text = String::new();
        let limit = u64::try_from(NOTE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        opened.take(limit).read_to_string(&mut text).map_err(refused)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// Puts this note in the place of the last, whole or not at all.
    ///
    /// Without an fsync of its own: the database's commit is on the disk already, so that after a power cut the file is at most
    /// older than the database, which is no contradiction. Each commit would else wait for a second disk.
    pub(crate) fn write(&self, note: &str) -> Result<(), SidecarError> {
        let mut new = OsString::from(&self.0);
        new.push(".new");
        let written = fs::write(&new, note).and_then(|()| fs::rename(&new, &self.0));
        written.map_err(|cause| SidecarError { path: self.0.clone(), cause })
    }
}
