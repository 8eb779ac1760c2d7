//! The private key in its file: made once beside the ledger, or made by somebody else.

use crate::{
    checkpoint::{CheckpointConfig, KeyPlace, Origin},
    note::{KeyTextError, Signer, Verifier},
    place::Place,
};
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Bytes of the file, at most.
const FILE_BYTES_MAX: u64 = 4096;
/// What its permissions may not hold: a group may read a key that is mounted for it, nobody else may do anything.
const FORBIDDEN: u32 = 0o037;

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
    let file = match (&config.key, place) {
        (KeyPlace::File(file), _) => file.clone(),
        (KeyPlace::BesideLedger, Place::File(ledger)) => beside(ledger),
        (KeyPlace::BesideLedger, Place::Postgres(_)) => return Err(KeyError::None),
    };
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
    let mut name = OsString::from(ledger);
    name.push(".key");
    PathBuf::from(name)
}

fn read(file: &Path) -> Result<Signer, KeyError> {
    let refused = |cause| KeyError::File { file: file.to_owned(), cause };
    let opened = File::open(file).map_err(refused)?;
    let found = opened.metadata().map_err(refused)?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        return Err(KeyError::NoFile { file: file.to_owned() });
    }
    let mode = found.mode() & 0o777;
    if mode & FORBIDDEN != 0 {
        return Err(KeyError::Open { file: file.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    opened.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(refused)?;
    Signer::read(text.trim_end()).map_err(|cause| KeyError::Text { file: file.to_owned(), cause })
}

/// A name that no other ledger has.
fn own_name() -> io::Result<String> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    Ok(format!("tidegate/{:016x}", u64::from_be_bytes(random)))
}

/// Written whole or not at all, and on the disk before anything is signed with it.
fn make(file: &Path, origin: Option<&Origin>) -> io::Result<Signer> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed)?;
    let name = match origin {
        Some(origin) => origin.to_string(),
        None => own_name()?,
    };
    let signer = Signer::new(&name, &seed);
    let mut new = OsString::from(file);
    new.push(".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => (),
    }
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    out.write_all(signer.private_text().as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()?;
    fs::rename(&new, file)?;
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all()?,
        Some(_) | None => File::open(".")?.sync_all()?,
    }
    Ok(signer)
}
