//! `tidegate plugin reference`

use crate::cli::file::{FileError, read};
use crate::cli::{exit::Exit, talk};
use std::{io, path::PathBuf};
use tidegate_workbench::{
    inspect::{VerifyError, verify},
    reference::page,
};

/// Print a plugin's reference page: its rules and settings, as Markdown
///
/// Made from what the plugin says of itself, so that it cannot say anything else. Exits with 1 when a gate would refuse the file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}` is {source}", path.display())]
    Plugin { path: PathBuf, source: VerifyError },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match printed(args) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            match failure {
                Failure::Plugin { source: VerifyError::Load(_), .. } => Exit::Refused,
                Failure::File(_) | Failure::Plugin { .. } | Failure::Stdout(_) => Exit::Undecided,
            }
        }
    }
}

fn printed(args: &Args) -> Result<(), Failure> {
    let bytes = read(&args.file)?;
    let plugin = verify(&bytes).map_err(|source| Failure::Plugin { path: args.file.clone(), source })?;
    talk::data(&page(&plugin.description, &plugin.kinds)).map_err(Failure::Stdout)
}
