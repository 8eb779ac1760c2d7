//! The private key in its file: made once beside the ledger, or made by somebody else.

use crate::{
    checkpoint::{CheckpointConfig, KeyPlace, Origin},
    note::{KeyTextError, Signer, Verifier},
    place::Place,
    secret_file::{self, FILE_BYTES_MAX, Unread},
};
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A ledger on PostgreSQL has no place beside it, and all its gates sign with one key.
    #[error(
        "a ledger on PostgreSQL needs a signing key: none is made up\nhint: make one with `tidegate ledger key --make FILE`, and give every gate the same"
    )]
    None,
    /// The file cannot be read or made.
    #[error("signing key `{}` cannot be used: {cause}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Another key would sign, and nobody who knows this one could believe it.
    #[error("signing key `{}` is gone, and the ledger has signed checkpoints with it\nhint: put it back", file.display())]
    Gone {
        /// The file.
        file: PathBuf,
    },
    /// It would be lost if another were written over it.
    #[error("signing key `{}` is there already", file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// Others may read or change it.
    #[error("signing key `{}` has the permissions {mode:03o}\nhint: chmod 600", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is no file, or a very long one.
    #[error("signing key `{}` is no file of at most {FILE_BYTES_MAX} bytes", file.display())]
    NoFile {
        /// The file.
        file: PathBuf,
    },
    /// It holds no key.
    #[error("signing key `{}`: {cause}", file.display())]
    Text {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: KeyTextError,
    },
    /// It is the key of another ledger.
    #[error("signing key `{}` is of `{found}`, the ledger's origin is `{origin}`", file.display())]
    OtherName {
        /// The file.
        file: PathBuf,
        /// As configured.
        origin: String,
        /// In the file.
        found: String,
    },
}

/// The key of this ledger; one is made only beside a ledger that has signed nothing.
pub(crate) fn open(place: &Place, config: &CheckpointConfig, has_signed: HasSigned) -> Result<Signer, KeyError> {
    let file = file_of(place, config)?;
    match read(&file) {
        Err(KeyError::File { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => match (&config.key, has_signed)
        {
            (KeyPlace::BesideLedger, HasSigned::Nothing) => {
                make(&file, config.origin.as_ref()).map_err(|cause| KeyError::File { file, cause })
            }
            (KeyPlace::BesideLedger, HasSigned::Checkpoints) => Err(KeyError::Gone { file }),
            (KeyPlace::File(_), _) => Err(KeyError::File { file, cause }),
        },
        Ok(signer) => match &config.origin {
            Some(origin) if signer.verifier().name() != origin.to_string() => {
                let (origin, found) = (origin.to_string(), signer.verifier().name().to_owned());
                Err(KeyError::OtherName { file, origin, found })
            }
            Some(_) | None => Ok(signer),
        },
        refused => refused,
    }
}

/// Where the key of this ledger lies.
pub(crate) fn file_of(place: &Place, config: &CheckpointConfig) -> Result<PathBuf, KeyError> {
    match (&config.key, place) {
        (KeyPlace::File(file), _) => Ok(file.clone()),
        (KeyPlace::BesideLedger, Place::File(ledger)) => Ok(beside(ledger)),
        (KeyPlace::BesideLedger, Place::Postgres(_)) => Err(KeyError::None),
    }
}

/// The key that signs beside that one while keys are changed; none at any other time. Both are of one ledger, so they have one name.
pub(crate) fn open_next(
    place: &Place,
    config: &CheckpointConfig,
    beside: &Verifier,
) -> Result<Option<Signer>, KeyError> {
    let file = next(&file_of(place, config)?);
    match read(&file) {
        Err(KeyError::File { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Ok(signer) if signer.verifier().name() != beside.name() => {
            let (origin, found) = (beside.name().to_owned(), signer.verifier().name().to_owned());
            Err(KeyError::OtherName { file, origin, found })
        }
        read => read.map(Some),
    }
}

/// Where a key lies that signs beside the one in this file.
#[must_use]
pub fn next(file: &Path) -> PathBuf {
    with(file, ".next")
}

/// Where it lies before the ledger says so.
pub(crate) fn pending(file: &Path) -> PathBuf {
    with(file, ".pending")
}

/// Makes another key of the same name.
pub(crate) fn another(file: &Path, of: &Verifier) -> Result<Verifier, KeyError> {
    let origin = Origin::named(of.name());
    make(file, Some(&origin))
        .map(|signer| signer.verifier().clone())
        .map_err(|cause| KeyError::File { file: file.to_owned(), cause })
}

/// Makes a key in a file that is not there yet, for a ledger whose key does not lie beside it.
pub fn create(file: &Path, origin: Option<&Origin>) -> Result<Verifier, KeyError> {
    match fs::symlink_metadata(file) {
        Ok(_) => Err(KeyError::Exists { file: file.to_owned() }),
        Err(_) => match make(file, origin) {
            Ok(signer) => Ok(signer.verifier().clone()),
            Err(cause) => Err(KeyError::File { file: file.to_owned(), cause }),
        },
    }
}

/// The public half of the key in this file.
pub fn public(file: &Path) -> Result<Verifier, KeyError> {
    read(file).map(|signer| signer.verifier().clone())
}

/// What a ledger did with its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HasSigned {
    Nothing,
    Checkpoints,
}

/// Where the key of this ledger lies unless another is configured.
#[must_use]
pub fn beside(ledger: &Path) -> PathBuf {
    with(ledger, ".key")
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

fn read(file: &Path) -> Result<Signer, KeyError> {
    let text = text_of(file)?;
    Signer::read(text.trim_end()).map_err(|cause| KeyError::Text { file: file.to_owned(), cause })
}

/// The text of a file that holds a private key and that nobody else may read.
pub(crate) fn text_of(file: &Path) -> Result<Zeroizing<String>, KeyError> {
    let file = || file.to_owned();
    secret_file::read(&file()).map_err(|unread| match unread {
        Unread::File(cause) => KeyError::File { file: file(), cause },
        Unread::NoFile => KeyError::NoFile { file: file() },
        Unread::Open { mode } => KeyError::Open { file: file(), mode },
    })
}

/// A name that no other ledger has.
fn own_name() -> io::Result<String> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    Ok(format!("tidegate/{:016x}", u64::from_be_bytes(random)))
}

fn make(file: &Path, origin: Option<&Origin>) -> io::Result<Signer> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed)?;
    let name = match origin {
        Some(origin) => origin.to_string(),
        None => own_name()?,
    };
    let signer = Signer::new(&name, &seed);
    keep(file, &signer.private_text())?;
    Ok(signer)
}

/// Writes a private key whole or not at all, for its owner alone: it is on the disk before anything is signed with it.
pub(crate) fn keep(file: &Path, private: &str) -> io::Result<()> {
    let mut new = OsString::from(file);
    new.push(".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => (),
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    out.write_all(private.as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()?;
    fs::rename(&new, file)?;
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => File::open(".")?.sync_all(),
    }
}
