//! `tidegate waiver`: what is tolerated, and who agrees to it.

use crate::cli::{
    asked::{self, Gate},
    exit::Exit,
};

/// A command on waivers.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print all waivers with their states, as JSON
    List(List),
    /// Agree to a waiver that names you to do so
    Agree(Agree),
}

/// All waivers.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    gate: Gate,
}

/// One waiver.
#[derive(Debug, clap::Args)]
pub struct Agree {
    #[command(flatten)]
    gate: Gate,
    /// Its id, as its file names it
    id: String,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::List(list) => list.gate.ask(|gate| gate.waivers()).and_then(|waivers| asked::print(&waivers)),
        Command::Agree(agree) => agree.gate.ask(|gate| gate.agree(&agree.id)),
    })
}
