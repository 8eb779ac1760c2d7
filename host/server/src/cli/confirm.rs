//! `tidegate confirm`: a second person's word on a forced deployment.

use crate::cli::{
    asked::{self, Gate, Undone},
    exit::Exit,
    talk,
};

/// Confirm what another person forced
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// The decision's id, as its answer names it
    id: String,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    asked::exit(confirm(args))
}

fn confirm(args: &Args) -> Result<(), Undone> {
    let answer = args.gate.ask(|gate| gate.confirm(&args.id))?;
    talk::data(&answer.text).map_err(|error| Undone::Output(error.to_string()))
}
