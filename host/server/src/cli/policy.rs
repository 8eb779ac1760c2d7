//! `tidegate policy`: what the author of a policy set does.

mod pin;

use crate::cli::exit::Exit;

/// A command on policy sets.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say which bytes each plugin is, so that nobody can exchange it unnoticed
    Pin(pin::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Pin(args) => pin::run(args),
    }
}
