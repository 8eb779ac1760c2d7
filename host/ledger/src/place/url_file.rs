//! The file that says where a ledger on PostgreSQL is: a credential, and kept like one.

use super::{Place, PlaceError, PostgresUrl};
use crate::secret_file::{self, FILE_BYTES_MAX, Unread};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a file does not say where a ledger is.
#[derive(Debug, thiserror::Error)]
pub enum UrlFileError {
    /// The file cannot be read.
    #[error("`{}` cannot be read: {cause}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others may read or change it.
    #[error("`{}` holds a credential and has the permissions {mode:03o}\nhint: chmod 600", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is no file, or a very long one.
    #[error("`{}` is no file of at most {FILE_BYTES_MAX} bytes", file.display())]
    NoFile {
        /// The file.
        file: PathBuf,
    },
    /// It holds no URL.
    #[error("`{}`: {cause}", file.display())]
    Url {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: PlaceError,
    },
}

impl Place {
    /// The place that a file names by its URL, and nobody else may read.
    pub fn from_url_file(file: &Path) -> Result<Self, UrlFileError> {
        let path = file.to_owned();
        match secret_file::read(file) {
            Ok(text) => match PostgresUrl::parse(text.trim()) {
                Ok(url) => Ok(Self::Postgres(url)),
                Err(cause) => Err(UrlFileError::Url { file: path, cause }),
            },
            Err(Unread::File(cause)) => Err(UrlFileError::File { file: path, cause }),
            Err(Unread::NoFile) => Err(UrlFileError::NoFile { file: path }),
            Err(Unread::Open { mode }) => Err(UrlFileError::Open { file: path, mode }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, UrlFileError};
    use std::{fs, os::unix::fs::PermissionsExt as _};

    #[test]
    fn a_file_that_others_may_read_is_refused_and_none_is_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        let written = |text: &str, mode: u32| {
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            Place::from_url_file(&file)
        };
        let url = "postgres://gate:hunter2@127.0.0.1/ledger\n";
        assert_eq!(written(url, 0o600).unwrap().to_string(), "postgres://gate@127.0.0.1:5432/ledger");
        assert!(written(url, 0o640).is_ok());
        let error = written(url, 0o644).unwrap_err();
        assert!(matches!(error, UrlFileError::Open { mode: 0o644, .. }), "{error}");
        for text in ["", "hunter2", "mysql://gate:hunter2@h/l"] {
            let error = written(text, 0o600).unwrap_err();
            assert!(matches!(error, UrlFileError::Url { .. }) && !error.to_string().contains("hunter2"), "{error}");
        }
        assert!(matches!(Place::from_url_file(folder.path()), Err(UrlFileError::NoFile { .. })));
        assert!(matches!(Place::from_url_file(&folder.path().join("x")), Err(UrlFileError::File { .. })));
    }
}
