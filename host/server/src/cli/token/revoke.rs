//! `tidegate token revoke`.

use super::{
    Gate, Undone,
    past_the_gate::{self, Absent},
};
use crate::{cli::record::PastTheGate, identity::principal::ANONYMOUS};

/// One token.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    record: PastTheGate,
    /// Its id, as `tidegate token list` prints it
    id: String,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let past = past_the_gate::with(&args.record, Absent::Refused, async |tokens| {
        tokens.revoke(&args.id, ANONYMOUS).await.map_err(|error| Undone::Ledger(error.to_string()))
    })?;
    if past.is_some() {
        return Ok(());
    }
    args.gate.ask(|gate| gate.revoke_token(&args.id))
}
