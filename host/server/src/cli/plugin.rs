//! `tidegate plugin`: what a plugin's author does.

mod build;
mod file;
mod inspect;
mod reference;

use crate::cli::exit::Exit;

/// A command on plugins.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Build a plugin from its folder
    Build(build::Args),
    /// Say what is in a plugin's file: its version, its settings, what it imports
    Inspect(inspect::Args),
    /// Print a plugin's reference page: its rules and settings, as Markdown
    Reference(reference::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Build(args) => build::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Reference(args) => reference::run(args),
    }
}
