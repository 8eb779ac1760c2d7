//! Files that appear whole or not at all, and how old they are.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{}`: {source}", path.display())]
pub struct FileError {
    /// What was tried.
    pub doing: &'static str,
    /// On which file or folder.
    pub path: PathBuf,
    /// Why it failed.
    pub source: io::Error,
}

impl FileError {
    pub(crate) fn new(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self { doing, path: path.to_owned(), source }
    }
}

/// Writes beside the file, then renames: a reader sees the old bytes or the new ones, never a part.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| FileError::new("create", folder, source))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unique = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".{name}.{}-{unique}.tmp", process::id()));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|source| {
        // Nothing more can be done about the leftover than about the failure itself, which is the one to report.
        let _ = fs::remove_file(&temporary);
        FileError::new("write", path, source)
    })
}

/// The latest modification of a file, or of a folder and everything in it; build output (`target`, what npm and
/// Python leave) and hidden files are not sources. `None` when there is nothing.
pub fn newest(path: &Path) -> Result<Option<SystemTime>, FileError> {
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(FileError::new("read", path, source)),
    };
    let mut newest = meta.modified().map_err(|source| FileError::new("read", path, source))?;
    if meta.is_dir() {
        let read = |source| FileError::new("read", path, source);
        for entry in fs::read_dir(path).map_err(read)? {
            let entry = entry.map_err(read)?;
            let name = entry.file_name();
            let is_output = ["target", "node_modules", "__pycache__"].iter().any(|output| name == *output);
            if is_output || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            newest = newest.max(self::newest(&entry.path())?.unwrap_or(newest));
        }
    }
    Ok(Some(newest))
}

#[cfg(test)]
mod tests {
    use super::{newest, write_atomically};
    use std::{
        fs::{self, File},
        path::Path,
        time::{Duration, SystemTime},
    };

    fn dated(path: &Path, time: SystemTime) {
        File::open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/plugin.wasm");
        write_atomically(&file, b"first, and longer").unwrap();
        write_atomically(&file, b"second").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"second");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_names_the_file_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("file"), "x").unwrap();
        let error = write_atomically(&taken, b"bytes").unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write `{}`: ", taken.display())), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_newest_source_counts_and_build_output_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("target")).unwrap();
        for (file, time) in [("src/lib.rs", 300), ("target/out", 900), (".hidden", 800), ("Cargo.toml", 200)] {
            fs::write(root.join(file), "").unwrap();
            dated(&root.join(file), at(time));
        }
        dated(&root.join("src"), at(100));
        dated(root, at(100));
        assert_eq!(newest(root).unwrap(), Some(at(300)));
        assert_eq!(newest(&root.join("absent")).unwrap(), None);
    }
}
