//! What commands on a record without its gate have in common: where it lies, and how they end.

use crate::{
    cli::{exit::Exit, record::NoRecord, talk},
    client::credentials::TokenError,
    config::{Config, mistake::Mistake},
    identity::tokens::Unbelieved,
};
use std::{fs, io, path::PathBuf};
use tidegate_core::digest::DigestError;
use tidegate_ledger::{
    archive::error::ArchiveError,
    backup::BackupError,
    config::LedgerConfig,
    error::{LedgerError, ReadError, RecordError, StoreError},
    ledger::{holds::HoldError, redact::NotRedacted, restores::NotAccepted},
    place::{Place, url_file::UrlFileError},
    rotation::RotationError,
};

/// Why a command on the record did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undone {
    #[error("`{}` cannot be used: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error("cannot write what was done: {0}")]
    Output(io::Error),
    #[error("the configuration has {} mistakes", .0.len())]
    Config(Vec<Mistake>),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(
        "the record is asked who does it\nhint: `--admin FILE`, with the token of a person who is an admin, or `--dry-run`"
    )]
    NoName,
    #[error(transparent)]
    Open(#[from] LedgerError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Accept(#[from] NotAccepted),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("`ledger.url_file`: {0}")]
    Place(#[from] UrlFileError),
    #[error(transparent)]
    Rotation(#[from] RotationError),
    #[error(transparent)]
    Write(#[from] RecordError),
    #[error(transparent)]
    Redact(#[from] NotRedacted),
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error("it was redacted, but the database was not written anew without it: {0}")]
    Erase(StoreError),
    #[error(transparent)]
    Digest(DigestError),
    #[error("{given} tokens are given: this takes two admins")]
    NotTwo { given: usize },
    #[error("token in `{}`: {cause}", file.display())]
    Unbelieved { file: PathBuf, cause: Unbelieved },
    #[error("token in `{}`: its holder is no admin of everything", file.display())]
    NoAdmin { file: PathBuf },
    #[error("token in `{}`: its holder is a program; this takes a person", file.display())]
    NoPerson { file: PathBuf },
}

impl Undone {
    fn exit(&self) -> Exit {
        match self {
            Self::Config(_) | Self::NotTwo { .. } | Self::Digest(_) | Self::NoName => Exit::Usage,
            Self::Archive(ArchiveError::TooYoung { .. } | ArchiveError::Nothing { .. }) => Exit::Usage,
            Self::Archive(ArchiveError::Unsound { .. }) => Exit::Refused,
            // Somebody was faster: what was asked for is not as it was.
            Self::Redact(NotRedacted::Record(RecordError::Faster(_)))
            | Self::Hold(HoldError::Record(RecordError::Faster(_))) => Exit::Refused,
            Self::Redact(NotRedacted::Read(_) | NotRedacted::Record(_))
            | Self::Hold(HoldError::Read(_) | HoldError::Record(_))
            | Self::Write(_)
            | Self::Erase(_) => Exit::Undecided,
            Self::Redact(_) | Self::Hold(_) => Exit::Refused,
            Self::Accept(NotAccepted::Proof(_) | NotAccepted::Record(_) | NotAccepted::Sidecar(_)) => Exit::Undecided,
            Self::Accept(_)
            | Self::Unbelieved { .. }
            | Self::NoAdmin { .. }
            | Self::NoPerson { .. }
            | Self::Backup(BackupError::Unsound { .. } | BackupError::Checkpoint(_))
            | Self::Open(LedgerError::Damaged { .. } | LedgerError::Checkpoint { .. }) => Exit::Refused,
            Self::File { .. }
            | Self::Archive(_)
            | Self::Begin(_)
            | Self::Output(_)
            | Self::Backup(_)
            | Self::Open(_)
            | Self::Read(_)
            | Self::Rotation(_)
            | Self::Record(_)
            | Self::Place(_)
            | Self::Token(_) => Exit::Undecided,
        }
    }
}

/// How the command ends.
pub(super) fn ended(done: Result<Exit, Undone>) -> Exit {
    match done {
        Ok(exit) => exit,
        Err(undone) => {
            if let Undone::Config(mistakes) = &undone {
                mistakes.iter().for_each(|mistake| talk::error(mistake));
            } else {
                talk::error(&undone);
            }
            undone.exit()
        }
    }
}

/// Where the record of a configuration is. A file that is not there would be made.
pub(super) fn place(config: &Config) -> Result<Place, Undone> {
    let place = config.ledger_place()?;
    if let Place::File(path) = &place {
        fs::metadata(path).map_err(|cause| Undone::File { path: path.clone(), cause })?;
    }
    Ok(place)
}

pub(super) fn config() -> LedgerConfig {
    Config::default().ledger_config()
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Undone> {
    tokio::runtime::Runtime::new().map_err(Undone::Begin)
}
