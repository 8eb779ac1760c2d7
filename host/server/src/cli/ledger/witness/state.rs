//! What a witness saw last, in a file of its own.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};
use tidegate_ledger::checkpoint::Kept;

/// Why the file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("what was seen last cannot be kept in `{}`: {cause}", path.display())]
pub(super) struct StateError {
    path: PathBuf,
    cause: io::Error,
}

/// How errors name it.
pub(super) fn place(path: &Path) -> Kept {
    Kept::InFile(path.to_owned())
}

/// What was seen last; none without a file. An empty one is no answer: a witness that forgot would sign anything.
pub(super) fn read(path: &Path) -> Result<Option<String>, StateError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|cause| StateError { path: path.to_owned(), cause }),
    }
}

/// Keeps what was seen before a restore beside, under a name that nothing has.
pub(super) fn keep_lost(path: &Path) -> Result<PathBuf, StateError> {
    let beside = |number: u32| {
        let mut name = OsString::from(path);
        name.push(format!(".lost-{number}"));
        PathBuf::from(name)
    };
    let free = (1..).map(beside).find(|beside| !beside.exists()).unwrap_or_else(|| beside(0));
    let kept = fs::copy(path, &free).and_then(|_| File::open(&free)?.sync_all());
    kept.map_err(|cause| StateError { path: free.clone(), cause })?;
    Ok(free)
}

/// Puts this in the place of the last, whole or not at all, and on the disk.
pub(super) fn write(path: &Path, note: &str) -> Result<(), StateError> {
    let mut new = OsString::from(path);
    new.push(".new");
    let written = (|| {
        let mut file = File::create(&new)?;
        file.write_all(note.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    })();
    written.map_err(|cause| StateError { path: path.to_owned(), cause })
}
