//! `tidegate ledger`: the record itself, without a gate that runs.

mod accept_restore;
mod acting;
mod archive;
mod archives;
mod backup;
mod cost;
mod generate;
mod hold;
mod key;
mod offline;
mod rebuild;
mod receipt;
mod redact;
mod restore;
mod retain;
mod rotate_key;
mod verify;
mod witness;

use crate::cli::exit::Exit;

/// A command on the record.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read every leaf, and say what was altered, removed, exchanged or put in the place of a newer record
    Verify(Box<verify::Args>),
    /// Make the tables that follow from leaves anew from them
    Rebuild(rebuild::Args),
    /// Copy the record while the gate serves, and verify the copy whole
    Backup(backup::Args),
    /// Put a backup where there is no record
    Restore(restore::Args),
    /// Move what older decisions left to files that are read as the record is
    Archive(archive::Args),
    /// List the archives that the record speaks of
    Archives(archives::Args),
    /// Have two admins accept that a restored record has lost its newest leaves
    AcceptRestore(accept_restore::Args),
    /// Change the key that checkpoints are signed with: beside the old one at first, and then alone
    RotateKey(rotate_key::Args),
    /// Take documents, bodies or a person's name out of the record for good: two admins, and a leaf that says so
    Redact(redact::Args),
    /// Keep what decisions are made of from being deleted, until somebody else lifts the hold
    #[command(subcommand)]
    Hold(hold::Command),
    /// Delete what no decision needs any more, by the configuration's times: what the gate does by itself once a day
    Retain(retain::Args),
    /// Say what the record weighs, by kind, and what it will in a year
    Cost(cost::Args),
    /// Verify a receipt without a gate, and print what was recorded
    Receipt(Box<receipt::Args>),
    /// Watch a gate's record from elsewhere, and cosign what goes on from all that was seen before
    Witness(Box<witness::Args>),
    /// Fill a new record with made-up decisions, to see how one behaves that has grown
    Generate(generate::Args),
    /// Make a key, or print the public key that checkpoints and receipts are verified with
    Key(key::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Verify(args) => verify::run(args),
        Command::Rebuild(args) => rebuild::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Restore(args) => restore::run(args),
        Command::Archive(args) => archive::run(args),
        Command::Archives(args) => archives::run(args),
        Command::AcceptRestore(args) => accept_restore::run(args),
        Command::RotateKey(args) => rotate_key::run(args),
        Command::Redact(args) => redact::run(args),
        Command::Hold(command) => hold::run(command),
        Command::Retain(args) => retain::run(args),
        Command::Cost(args) => cost::run(args),
        Command::Receipt(args) => receipt::run(args),
        Command::Witness(args) => witness::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Key(args) => key::run(args),
    }
}
