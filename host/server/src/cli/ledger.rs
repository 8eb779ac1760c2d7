//! `tidegate ledger`: the record itself, without a gate that runs.

mod cost;
mod generate;
mod key;
mod rebuild;
mod receipt;
mod verify;

use crate::cli::exit::Exit;

/// A command on the record.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read every leaf, and say what was altered, removed, exchanged or put in the place of a newer record
    Verify(Box<verify::Args>),
    /// Make the tables that follow from leaves anew from them
    Rebuild(rebuild::Args),
    /// Say what the record weighs, by kind, and what it will in a year
    Cost(cost::Args),
    /// Verify a receipt without a gate, and print what was recorded
    Receipt(Box<receipt::Args>),
    /// Fill a new record with made-up decisions, to see how one behaves that has grown
    Generate(generate::Args),
    /// Print the public key that checkpoints and receipts are verified with
    Key(key::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Verify(args) => verify::run(args),
        Command::Rebuild(args) => rebuild::run(args),
        Command::Cost(args) => cost::run(args),
        Command::Receipt(args) => receipt::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Key(args) => key::run(args),
    }
}
