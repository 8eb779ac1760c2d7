//! `--from-decision`: a case of something that happened.

use crate::{
    cases::recalled::{RecallError, files},
    cli::{
        record::{NoRecord, UsualRecordArgs},
        talk,
    },
    config::Config,
    replay::{past::Decided, reason::Stopped},
};
use std::{
    io,
    path::{Path, PathBuf},
};
use tidegate_ledger::{error::ReadError, id::DecisionId, snapshot::Reader};
use tidegate_workbench::files::{FileError, write_atomically};

/// Why there is no case of a decision.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("cannot begin: {0}")]
    Begin(#[from] io::Error),
    #[error("the record cannot be read: {0}")]
    Read(#[from] ReadError),
    #[error("decision `{id}` cannot be had: {cause}")]
    Stopped { id: DecisionId, cause: Stopped },
    #[error("there is no decision `{0}` in the ledger")]
    NoDecision(DecisionId),
    #[error("decision `{id}` is no case: {cause}")]
    Recall { id: DecisionId, cause: RecallError },
    #[error("`{}` is there already\nhint: remove it, or rename it, if the decision is to be recalled again", .0.display())]
    Taken(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes the case into a folder of the decision's name, which must not be there yet, and returns that folder.
pub(super) fn recalled(record: &UsualRecordArgs, id: &DecisionId, cases: &Path) -> Result<PathBuf, Failure> {
    let folder = cases.join(format!("decision-{id}"));
    if folder.exists() {
        return Err(Failure::Taken(folder));
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let decided = runtime.block_on(async {
        let place = record.place().await?;
        let reader = Reader::open(place, &Config::default().ledger_config())?;
        let mut snapshot = reader.snapshot().await?;
        let decided = Decided::read(&mut snapshot, id).await;
        drop(snapshot);
        reader.close().await;
        decided.map_err(|cause| Failure::Stopped { id: id.clone(), cause })
    })?;
    let decided = decided.ok_or_else(|| Failure::NoDecision(id.clone()))?;
    let files = files(&decided).map_err(|cause| Failure::Recall { id: id.clone(), cause })?;
    for (path, bytes) in &files {
        write_atomically(&folder.join(path), bytes)?;
    }
    talk::note(&format!("wrote `{}`; give it a name that says what it shows", folder.display()));
    Ok(folder)
}
