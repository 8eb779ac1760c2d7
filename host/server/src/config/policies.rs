//! Which files the configured policies are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Policy files, at most.
pub const FILES_MAX: usize = 1_000;

/// Why the policy files cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum PoliciesError {
    /// Not there, or not readable.
    #[error("cannot read policies `{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder without policies: more likely a mistake than a wish to have none.
    #[error("`{}` holds no `*.yaml` file", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Over the limit.
    #[error("policy files: {used} used, {FILES_MAX} allowed")]
    TooMany {
        /// Files found.
        used: usize,
    },
}

/// The files: of a folder its `*.yaml` and `*.yml`, sorted by name, not those of its folders and no hidden ones; each once.
pub fn files(policies: &[PathBuf]) -> Result<Vec<PathBuf>, PoliciesError> {
    let mut files = Vec::new();
    for path in policies {
        let found = files_of(path)?;
        files.extend(found.into_iter().filter(|file| !files.contains(file)).collect::<Vec<_>>());
        if files.len() > FILES_MAX {
            return Err(PoliciesError::TooMany { used: files.len() });
        }
    }
    Ok(files)
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>, PoliciesError> {
    let failed = |source| PoliciesError::Io { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if is_policy(&file) && fs::metadata(&file).map_err(failed)?.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() { Err(PoliciesError::Empty { path: path.to_owned() }) } else { Ok(files) }
}

fn is_policy(file: &Path) -> bool {
    let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let yaml = file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    yaml && !hidden
}

#[cfg(test)]
mod tests {
    use super::{PoliciesError, files};
    use std::{fs, path::PathBuf};

    #[test]
    fn a_folder_means_its_yaml_files_and_not_those_of_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["b.yaml", "a.yml", ".hidden.yaml", "README.md"] {
            fs::write(path(name), "").unwrap();
        }
        fs::create_dir(path("schema")).unwrap();
        fs::write(path("schema/c.yaml"), "").unwrap();
        fs::create_dir(path("d.yaml")).unwrap();
        let found = files(&[folder.path().to_owned(), path("b.yaml"), path("schema/c.yaml")]).unwrap();
        assert_eq!(found, [path("a.yml"), path("b.yaml"), path("schema/c.yaml")]);
    }

    #[test]
    fn no_policies_are_a_mistake_and_not_a_gate_without_rules() {
        let folder = tempfile::tempdir().unwrap();
        let empty = files(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(empty, PoliciesError::Empty { path } if path == folder.path()));
        let missing: PathBuf = folder.path().join("missing");
        let error = files(std::slice::from_ref(&missing)).unwrap_err();
        assert!(matches!(error, PoliciesError::Io { path, .. } if path == missing));
    }
}
