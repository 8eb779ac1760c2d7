//! `tidegate plugin inspect`

mod report;

use crate::cli::file::{FileError, read};
use crate::cli::{exit::Exit, talk};
use std::{io, path::PathBuf};
use tidegate_workbench::inspect::{InspectError, inspect};

/// Say what is in a plugin's file: its version, its rules and settings, what it imports
///
/// Loads the file as a gate would, under the same limits. Exits with 1 when a gate would refuse it, also where its policy set says
/// `wasi: inert`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// For people or for programs
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    output: Form,
}

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}` cannot be looked into: {}", path.display(), in_one_line(source))]
    Inspect { path: PathBuf, source: InspectError },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

/// Some of the parser's messages hold a dump over several lines.
fn in_one_line(error: &InspectError) -> String {
    error.to_string().split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    said(args).unwrap_or_else(|failure| {
        talk::error(&failure);
        Exit::Undecided
    })
}

fn said(args: &Args) -> Result<Exit, Failure> {
    let bytes = read(&args.file)?;
    let inspection = inspect(&bytes).map_err(|source| Failure::Inspect { path: args.file.clone(), source })?;
    let text = match args.output {
        Form::Text => report::text(&inspection),
        Form::Json => report::json(&inspection),
    };
    talk::data(&text).map_err(Failure::Stdout)?;
    Ok(if inspection.plugin.is_ok() { Exit::Allowed } else { Exit::Refused })
}
