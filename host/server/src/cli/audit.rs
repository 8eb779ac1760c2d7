//! `tidegate audit`: questions to the record, through a gate.

mod filters;
mod list;
mod show;
mod table;

use crate::cli::{asked, exit::Exit};

/// A question to the record.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List decisions, the newest first
    List(Box<list::Args>),
    /// Show one decision
    Show(show::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::List(args) => list::run(args),
        Command::Show(args) => show::run(args),
    })
}
