//! Which record a command is about: that in the folder of a gate, or one on PostgreSQL.

use crate::config::{Config, parts::LEDGER};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tidegate_ledger::{
    error::LedgerError,
    place::{Place, url_file::UrlFileError},
};

/// Which record a command reads.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RecordArgs {
    /// The folder of the gate
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The file with the URL of the record's database on PostgreSQL, as the configuration names it (`ledger.url_file`)
    #[arg(long, value_name = "FILE")]
    ledger_url_file: Option<PathBuf>,
}

/// Which record a command reads that changes nothing whichever it is: that in the usual folder, where nothing else is said.
#[derive(Debug, Clone, clap::Args)]
#[group(multiple = false)]
pub(crate) struct UsualRecordArgs {
    /// The folder of the gate [default: tidegate-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The file with the URL of the record's database on PostgreSQL, as the configuration names it (`ledger.url_file`)
    #[arg(long, value_name = "FILE")]
    ledger_url_file: Option<PathBuf>,
}

/// Which record a command changes past a gate, if any.
#[derive(Debug, clap::Args)]
pub(crate) struct PastTheGate {
    /// In this folder of a gate that does not run, in place of asking one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["server", "token_file", "ledger_url_file"])]
    data_dir: Option<PathBuf>,
    /// In the database on PostgreSQL whose URL is in this file, in place of asking a gate; gates may run
    #[arg(long, value_name = "FILE", conflicts_with_all = ["server", "token_file"])]
    ledger_url_file: Option<PathBuf>,
}

/// Why there is no such record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoRecord {
    #[error("`{}` cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    UrlFile(#[from] UrlFileError),
    #[error(transparent)]
    Database(#[from] LedgerError),
    #[error("`{0}` holds no ledger")]
    Empty(Place),
}

impl RecordArgs {
    /// The folder of the gate, where there is one.
    pub(crate) fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// Where it is. Looked for first: a ledger that is not there would be made.
    pub(crate) async fn place(&self) -> Result<Place, NoRecord> {
        let place = place(self.data_dir.as_deref(), self.ledger_url_file.as_deref())?;
        there(place.unwrap_or_else(|| Place::File(PathBuf::from(LEDGER)))).await
    }
}

impl UsualRecordArgs {
    /// Where it is, looked for first.
    pub(crate) async fn place(&self) -> Result<Place, NoRecord> {
        found(self.data_dir.as_deref(), self.ledger_url_file.as_deref()).await
    }
}

async fn there(place: Place) -> Result<Place, NoRecord> {
    match place {
        Place::File(path) => match fs::metadata(&path) {
            Ok(_) => Ok(Place::File(path)),
            Err(cause) => Err(NoRecord::File { path, cause }),
        },
        elsewhere => {
            let is_there = elsewhere.holds_ledger().await?;
            if is_there { Ok(elsewhere) } else { Err(NoRecord::Empty(elsewhere)) }
        }
    }
}

impl PastTheGate {
    /// Where it is; none: a gate is to be asked.
    pub(crate) fn place(&self) -> Result<Option<Place>, UrlFileError> {
        place(self.data_dir.as_deref(), self.ledger_url_file.as_deref())
    }
}

/// The record there, looked for first; in the usual folder, where nothing is said.
pub(crate) async fn found(data_dir: Option<&Path>, url_file: Option<&Path>) -> Result<Place, NoRecord> {
    let place = place(data_dir, url_file)?;
    there(place.unwrap_or_else(|| Place::File(Config::default().data_dir.join(LEDGER)))).await
}

fn place(data_dir: Option<&Path>, url_file: Option<&Path>) -> Result<Option<Place>, UrlFileError> {
    match (data_dir, url_file) {
        (_, Some(file)) => Place::from_url_file(file).map(Some),
        (Some(folder), None) => Ok(Some(Place::File(folder.join(LEDGER)))),
        (None, None) => Ok(None),
    }
}
