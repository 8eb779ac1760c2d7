//! `tidegate bundle revert`

use crate::cli::{
    asked::{self, Gate},
    exit::Exit,
};

/// Bring the bundle from before, or an earlier one, into force again
///
/// The gate makes it again from its record, and holds it to everything that a new one is held to. Needs the role `policy`. Prints what was
/// and what is in force, as JSON.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle, as the status called it when it was in force [default: the one that was in force before]
    #[arg(long, value_name = "DIGEST")]
    to: Option<String>,
    #[command(flatten)]
    gate: Gate,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let reverted = args.gate.ask_patiently(|gate| gate.revert_bundle(args.to.as_deref()));
    asked::exit(reverted.and_then(|reloaded| asked::print(&reloaded)))
}
