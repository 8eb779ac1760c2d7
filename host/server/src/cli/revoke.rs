//! `tidegate revoke`: a decision permits nothing from then on.

use crate::{
    api::permit::RevocationRequestBody,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};

/// Take a decision back: it permits nothing from then on
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// The decision's id, as its answer names it
    id: String,
    /// Why, in at least 10 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    asked::exit(revoke(args))
}

fn revoke(args: &Args) -> Result<(), Undone> {
    let asked = RevocationRequestBody { reason: args.reason.clone() };
    let answer = args.gate.ask(|gate| gate.revoke(&args.id, &asked))?;
    talk::data(&answer.text).map_err(|error| Undone::Output(error.to_string()))
}
