//! A folder of reports as evidence: `unit_tests.xml`, `unit_tests@billing.xml`, or `unit_tests/` with a file for each shard. And a
//! folder as a whole question: `deployment.json`, and the reports in `evidence/`.

use crate::gate::submission::{Source, Submission, Upload};
use bytes::Bytes;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a folder is no question.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file of it.
    #[error("`{}`: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of it.
    #[error("`{}`: {source}", path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// A folder's `deployment.json` with the reports in its `evidence/`; without such a folder there is no evidence.
pub fn submission_of(folder: &Path, skip: Vec<String>) -> Result<Submission, FolderError> {
    let deployment = parsed(&folder.join("deployment.json"))?;
    let reports = folder.join("evidence");
    let evidence = if reports.is_dir() { uploads_of(&reports) } else { Ok(Vec::new()) };
    let evidence = evidence.map_err(|source| FolderError::Read { path: reports, source })?;
    Ok(Submission { deployment, skip, emergency: None, evidence })
}

/// A JSON file.
pub fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, FolderError> {
    let text = fs::read_to_string(path).map_err(|source| FolderError::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| FolderError::Parse { path: path.to_owned(), source })
}

/// Every file of the folder, sorted, named by its own name without its ending, or by the folder it lies in.
pub fn uploads_of(folder: &Path) -> io::Result<Vec<Upload>> {
    let mut uploads = Vec::new();
    for path in sorted(folder)? {
        if path.is_dir() {
            let name = text(path.file_name());
            for file in sorted(&path)?.into_iter().filter(|file| file.is_file()) {
                uploads.push(upload(name.clone(), &file)?);
            }
        } else {
            let name = text(path.file_name());
            // A service's name may hold dots, so only the last one ends the name.
            let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
            uploads.push(upload(name, &path)?);
        }
    }
    Ok(uploads)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn text(name: Option<&std::ffi::OsStr>) -> String {
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn upload(name: String, file: &Path) -> io::Result<Upload> {
    let bytes = Bytes::from(fs::read(file)?);
    Ok(Upload {
        name,
        place: file.display().to_string(),
        format: None,
        produced_at: None,
        source: Source::Bytes(bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::uploads_of;
    use std::fs;

    #[test]
    fn files_and_folders_name_their_evidence() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("e2e_tests")).unwrap();
        for file in ["unit_tests@api.v2.xml", "security.sarif", "e2e_tests/b.xml", "e2e_tests/a.xml"] {
            fs::write(folder.path().join(file), file).unwrap();
        }
        let uploads = uploads_of(folder.path()).unwrap();
        let names: Vec<&str> = uploads.iter().map(|upload| upload.name.as_str()).collect();
        assert_eq!(names, ["e2e_tests", "e2e_tests", "security", "unit_tests@api.v2"]);
    }
}
