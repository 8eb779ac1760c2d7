//! `tidegate evidence`: what a pipeline does with documents before it hands them in.

mod key;
mod sign;

use crate::cli::exit::Exit;

/// A command on documents.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a key that signs documents
    Key(key::Args),
    /// Sign a document
    Sign(sign::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Key(args) => key::run(args),
        Command::Sign(args) => sign::run(args),
    }
}
