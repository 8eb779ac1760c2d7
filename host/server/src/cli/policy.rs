//! `tidegate policy`: what the author of policies does.

mod explain;

use crate::cli::exit::Exit;

/// A command on policies.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say what holds for a deployment, value by value, and where each value comes from
    Explain(explain::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Explain(args) => explain::run(args),
    }
}
