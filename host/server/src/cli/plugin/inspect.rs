//! `tidegate plugin inspect`

mod report;

use crate::cli::{exit::Exit, talk};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};
use tidegate_workbench::inspect::{InspectError, inspect};

/// Bytes of a file that is looked into, at most; a gate loads less.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Say what is in a plugin's file: its version, its rules and settings, what it imports
///
/// Loads the file as a gate would, under the same limits. Exits with 1 when a gate would refuse it.
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
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` is too large: more than {allowed} bytes used, {allowed} allowed", path.display())]
    TooLarge { path: PathBuf, allowed: u64 },
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

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    if u64::try_from(bytes.len()).is_ok_and(|used| used <= FILE_BYTES_MAX) {
        Ok(bytes)
    } else {
        Err(Failure::TooLarge { path: path.to_owned(), allowed: FILE_BYTES_MAX })
    }
}
