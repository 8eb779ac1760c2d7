//! The folder that an archive is: its database, its checkpoint, and the manifest that lists both.

use super::{
    error::ArchiveError,
    manifest::{Listed, Manifest},
};
use crate::{
    backup::{CHECKPOINT, DATABASE, on_the_disk, with},
    ledger::Ledger,
};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};
use tidegate_core::digest::Digest;

/// What lists an archive's files.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Bytes of a manifest, at most.
const MANIFEST_BYTES_MAX: u64 = 64 << 20;
/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// An archive's folder on its way.
#[derive(Debug)]
pub(crate) struct Folder {
    partial: PathBuf,
    named: PathBuf,
}

impl Folder {
    /// A new one, under a name that says that it is not done. What was left under that name by somebody who was interrupted is taken away.
    pub(crate) fn begin(archives: &Path, first: u64, size: u64) -> Result<Self, ArchiveError> {
        private_folder(archives)?;
        let named = archives.join(format!("{first:012}-{size:012}"));
        let partial = with(&named, ".partial");
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(|cause| used(&partial, cause))?;
        }
        private_folder(&partial)?;
        Ok(Self { partial, named })
    }

    pub(crate) fn partial(&self) -> &Path {
        &self.partial
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.partial.join(DATABASE)
    }

    pub(crate) fn write_checkpoint(&self, note: Option<&str>) -> Result<(), ArchiveError> {
        note.map_or(Ok(()), |note| self.write(CHECKPOINT, note.as_bytes()))
    }

    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<(), ArchiveError> {
        self.write(MANIFEST, &manifest.bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let path = self.partial.join(name);
        fs::write(&path, bytes).map_err(|cause| used(&path, cause))?;
        closed(&path)
    }

    /// Its files but for the list of them, as they are on the disk.
    pub(crate) fn files(&self) -> Result<Vec<Listed>, ArchiveError> {
        closed(&self.database())?;
        let there = [DATABASE, CHECKPOINT].into_iter().filter(|name| self.partial.join(name).exists());
        there.map(|name| listed(&self.partial, name)).collect()
    }

    /// What is no archive does not stay.
    pub(crate) fn give_up(&self) {
        let _ = fs::remove_dir_all(&self.partial);
    }

    /// Gives it its name. What somebody left there who was interrupted before the ledger spoke of it goes.
    pub(crate) async fn name(self, ledger: &Ledger) -> Result<PathBuf, ArchiveError> {
        if self.named.exists() {
            let left = manifest(&self.named).ok().map(|(_, digest)| digest);
            let known = ledger.archives().await?;
            if left.is_none_or(|left| known.iter().any(|archive| archive.manifest == left)) {
                return Err(ArchiveError::Exists { path: self.named });
            }
            fs::remove_dir_all(&self.named).map_err(|cause| used(&self.named, cause))?;
        }
        File::open(&self.partial).and_then(|folder| folder.sync_all()).map_err(|cause| used(&self.partial, cause))?;
        let named = fs::rename(&self.partial, &self.named).and_then(|()| on_the_disk(&self.named));
        named.map_err(|cause| used(&self.named, cause))?;
        Ok(self.named)
    }
}

/// The manifest of a folder, and its digest.
pub(crate) fn manifest(folder: &Path) -> io::Result<(Option<Manifest>, Digest)> {
    let mut bytes = Vec::new();
    File::open(folder.join(MANIFEST))?.take(MANIFEST_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok((Manifest::read(&bytes), Digest::of(&bytes)))
}

/// One file as it is on the disk.
pub(crate) fn listed(folder: &Path, name: &str) -> Result<Listed, ArchiveError> {
    let path = folder.join(name);
    let (bytes, digest) = digest_of(&path).map_err(|cause| used(&path, cause))?;
    Ok(Listed { name: name.to_owned(), bytes, digest })
}

/// How many bytes a file has, and their digest.
pub(crate) fn digest_of(path: &Path) -> io::Result<(u64, Digest)> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let (mut piece, mut bytes) = (vec![0; PIECE], 0);
    loop {
        let read = file.read(&mut piece)?;
        let Some(some) = piece.get(..read).filter(|some| !some.is_empty()) else { break };
        hash.update(some);
        bytes += some.len() as u64;
    }
    Ok((bytes, Digest::from_bytes(hash.finalize().into())))
}

/// Folders of archives in a folder: those that have a manifest, sorted by their names.
pub(crate) fn all(archives: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let entries = fs::read_dir(archives).map_err(|cause| used(archives, cause))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut folders = paths.map_err(|cause| used(archives, cause))?;
    // One that is not done has another ending.
    folders.retain(|path| path.extension().is_none() && path.join(MANIFEST).is_file());
    folders.sort();
    Ok(folders)
}

/// On the disk, and nobody's to change.
fn closed(path: &Path) -> Result<(), ArchiveError> {
    let closed = || {
        fs::set_permissions(path, Permissions::from_mode(0o400))?;
        File::open(path)?.sync_all()
    };
    closed().map_err(|cause| used(path, cause))
}

fn private_folder(path: &Path) -> Result<(), ArchiveError> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().mode(0o700).create(path).map_err(|cause| used(path, cause))
}

fn used(path: &Path, cause: io::Error) -> ArchiveError {
    ArchiveError::File { path: path.to_owned(), cause }
}
