//! From patterns to documents: which files there are, and their bytes.

use super::evidence::{Cited, Said};
use crate::gate::submission::{Source, Upload};
use bytes::Bytes;
use std::{
    collections::BTreeSet,
    fmt,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Documents of one question, at most; the gate's own limit is lower.
const DOCUMENTS_MAX: usize = 10_000;
/// Bytes of all documents of one question, at most; the gate's own limit is lower.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Documents that cannot be handed in.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum DocumentsError {
    #[error("evidence `{label}`: cannot read `{}`: {source}", path.display())]
    Read { label: String, path: PathBuf, source: io::Error },
    #[error("evidence `{label}`: `{}` is not a pattern: {source}", pattern.escape_debug())]
    Pattern { label: String, pattern: String, source: glob::PatternError },
    #[error("documents: more than {allowed} used, {allowed} allowed")]
    TooMany { allowed: usize },
    #[error("bytes of all documents: more than {allowed} used, {allowed} allowed")]
    TooLarge { allowed: u64 },
}

/// Evidence that names files, of which there are none. The gate will say that it is missing; here it is likelier a typing mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Unmatched {
    label: String,
    pattern: String,
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "evidence `{}`: no file is like `{}`", self.label, self.pattern)
    }
}

/// All documents, those of one pattern sorted by path; and the patterns without any.
pub(in crate::cli) fn uploads(said: &[Said<'_>]) -> Result<(Vec<Upload>, Vec<Unmatched>), DocumentsError> {
    let (mut uploads, mut unmatched) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    let mut room = BYTES_MAX;
    for said in said {
        let name = said.label.to_string();
        let upload = |place: String, source| Upload {
            name: name.clone(),
            place,
            format: said.format.clone(),
            produced_at: said.produced_at.clone(),
            source,
        };
        match said.cited {
            Cited::Digest(digest) => uploads.push(upload(digest.to_string(), Source::Digest(digest.to_string()))),
            Cited::Files(pattern) => {
                let files = files(&name, pattern)?;
                if files.is_empty() {
                    unmatched.push(Unmatched { label: name.clone(), pattern: pattern.clone() });
                }
                for file in files {
                    // Patterns may overlap; a file is one document all the same.
                    if seen.insert((name.clone(), file.clone())) {
                        let bytes = read(&name, &file, &mut room)?;
                        uploads.push(upload(file.display().to_string(), Source::Bytes(bytes)));
                    }
                }
            }
        }
        if uploads.len() > DOCUMENTS_MAX {
            return Err(DocumentsError::TooMany { allowed: DOCUMENTS_MAX });
        }
    }
    Ok((uploads, unmatched))
}

/// The file of that name, or else those that fit the pattern. A folder that cannot be looked into is an error: what lies in it might
/// be the report that speaks against the deployment.
fn files(label: &str, pattern: &str) -> Result<Vec<PathBuf>, DocumentsError> {
    if Path::new(pattern).is_file() {
        return Ok(vec![PathBuf::from(pattern)]);
    }
    let found = glob::glob(pattern).map_err(|source| DocumentsError::Pattern {
        label: label.to_owned(),
        pattern: pattern.to_owned(),
        source,
    })?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|error| DocumentsError::Read {
            label: label.to_owned(),
            path: error.path().to_owned(),
            source: error.into(),
        })?;
        if !path.is_dir() {
            files.push(path);
        }
        if files.len() > DOCUMENTS_MAX {
            return Err(DocumentsError::TooMany { allowed: DOCUMENTS_MAX });
        }
    }
    files.sort();
    Ok(files)
}

fn read(label: &str, path: &Path, room: &mut u64) -> Result<Bytes, DocumentsError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(*room + 1).read_to_end(&mut bytes));
    read.map_err(|source| DocumentsError::Read { label: label.to_owned(), path: path.to_owned(), source })?;
    let used = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    *room = room.checked_sub(used).ok_or(DocumentsError::TooLarge { allowed: BYTES_MAX })?;
    Ok(Bytes::from(bytes))
}

#[cfg(test)]
mod tests;
