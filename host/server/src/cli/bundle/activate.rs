//! `tidegate bundle activate`

use super::place::{Place, bytes, place};
use crate::cli::{
    asked::{self, Gate},
    exit::Exit,
    registry::{RegistryArgs, failure::ended},
};

/// Bring a signed bundle into force at a gate
///
/// The gate looks at the bundle and its signatures itself, by the keys in its own configuration (`bundle`), and records who brought it
/// into force and who signed it before anything is decided by it. A bundle that it refuses changes nothing. Needs the role `policy`. Prints
/// what was and what is in force, as JSON.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The bundle: its file, or `registry.example.com/policies/production@sha256:…`
    #[arg(value_name = "FILE|REF", value_parser = place)]
    bundle: Place,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    gate: Gate,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let file = match args.bundle.layout(&args.registry).and_then(|layout| bytes(&layout)) {
        Ok(file) => file,
        Err(failure) => return ended(Err(failure)),
    };
    let activated = args.gate.ask_patiently(|gate| gate.activate_bundle(file));
    asked::exit(activated.and_then(|reloaded| asked::print(&reloaded)))
}
