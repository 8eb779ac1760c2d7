//! `tidegate token revoke`.

use super::{Gate, Undone};

/// One token.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// Its id, as `tidegate token list` prints it
    id: String,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    args.gate.ask(|gate| gate.revoke_token(&args.id))
}
