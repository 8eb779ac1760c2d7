//! A run of cases as commands show it: lines on stdout, JUnit in a file, and whether all of it holds.

use super::{exit::Exit, talk};
use crate::cases::{
    junit::{Subject, junit},
    run::Run,
    text::text,
};
use std::{io, path::Path};
use tidegate_workbench::files::{FileError, write_atomically};

/// Why it cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShowError {
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] io::Error),
    #[error(transparent)]
    Junit(#[from] FileError),
}

/// Shows it. It holds when every case does and as much is reached as was asked for.
pub(super) fn show(run: &Run, of: Subject, file: Option<&Path>, coverage_min: Option<u8>) -> Result<Exit, ShowError> {
    talk::data(&text(run))?;
    if let Some(file) = file {
        write_atomically(file, junit(run, coverage_min, of).as_bytes())?;
    }
    let short = coverage_min.filter(|percent| !run.coverage.reaches(*percent));
    if let Some(percent) = short {
        talk::error(&format!("too little is covered: at least {percent}% needed"));
    }
    let holds = run.outcomes.iter().all(|outcome| outcome.holds()) && short.is_none();
    Ok(if holds { Exit::Allowed } else { Exit::Refused })
}
