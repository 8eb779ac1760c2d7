//! The component that is tried: built from its folder, where policies then find it, or the one that lies there.

use crate::cli::file::{self, read};
use std::path::{Path, PathBuf};
use tidegate_workbench::{
    build::{BuildError, BuildOptions, build},
    cargo::Talk,
    files::{FileError, write_atomically},
};

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub(super) enum ComponentError {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Write(#[from] FileError),
    #[error(transparent)]
    Read(#[from] file::FileError),
    #[error("cannot look into `{}`: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("`{}` holds {found} files that end in `.wasm`; 1 is needed\nhint: leave `--no-build` out", path.display())]
    Found { path: PathBuf, found: usize },
}

/// Builds it, into the folder; or reads the one that lies there.
pub(super) fn component(dir: &Path, builds: bool) -> Result<Vec<u8>, ComponentError> {
    if !builds {
        return Ok(read(&built_before(dir)?)?);
    }
    let built = build(dir, &BuildOptions { talk: Talk::Shown, ..BuildOptions::default() })?;
    write_atomically(&dir.join(format!("{}.wasm", built.name)), &built.component)?;
    Ok(built.component)
}

fn built_before(dir: &Path) -> Result<PathBuf, ComponentError> {
    let failed = |source| ComponentError::Folder { path: dir.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            found.push(path);
        }
    }
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(found) => Err(ComponentError::Found { path: dir.to_owned(), found: found.len() }),
    }
}
