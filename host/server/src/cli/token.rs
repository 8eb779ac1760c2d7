//! `tidegate token`: who may ask a gate.

mod create;
mod list;
mod past_the_gate;
mod revoke;

use crate::cli::{
    asked::{self, Gate, Undone},
    exit::Exit,
};

/// A command on tokens.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a token, and print it: it is shown this once
    Create(create::Args),
    /// Print all tokens, without their secrets
    List(list::Args),
    /// Make a token good for nothing
    Revoke(revoke::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    let done = match command {
        Command::Create(args) => create::run(args),
        Command::List(args) => list::run(args),
        Command::Revoke(args) => revoke::run(args),
    };
    asked::exit(done)
}
