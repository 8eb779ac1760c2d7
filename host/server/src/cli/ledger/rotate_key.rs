//! `tidegate ledger rotate-key`.

use super::offline::{self, Undone};
use crate::{
    cli::{exit::Exit, talk},
    config::{Config, environment, flags::Flags},
    gate::{clock, record},
};
use tidegate_ledger::{
    config::LedgerConfig,
    rotation::{self, Rotating},
};

/// Which record
///
/// Without `--retire` a key is made that signs beside the one that there is: the record says so under the old key, and its public half is printed.
/// Give it to everybody who verifies, and then retire the old one. The gate must not run meanwhile; in between it does, and signs with both.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration of the gate
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// The folder of the gate
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Let the newer key sign alone, and forget the older one
    #[arg(long)]
    retire: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(rotated(args))
}

fn rotated(args: &Args) -> Result<Exit, Undone> {
    let flags = Flags { config: args.config.clone(), data_dir: args.data_dir.clone(), ..Flags::default() };
    let config = Config::load(&flags, environment()).map_err(Undone::Config)?;
    let place = offline::place(&config)?;
    let record = LedgerConfig { checkpoints: Some(config.checkpoint_config()), ..config.ledger_config() };
    let rotating = Rotating { at: clock::now(), host_version: record::host_version() };
    let runtime = offline::runtime()?;
    if args.retire {
        let retired = runtime.block_on(rotation::end(&place, &record, rotating))?;
        talk::data(&format!("{retired}\n")).map_err(Undone::Output)?;
        talk::hint(&"it signs no more; what it signed before is verified with it for ever");
    } else {
        let added = runtime.block_on(rotation::begin(&place, &record, rotating))?;
        talk::data(&format!("{added}\n")).map_err(Undone::Output)?;
        talk::hint(
            &"give it to everybody who verifies, among them each witness (`--log`); then `--retire` the older one",
        );
    }
    Ok(Exit::Allowed)
}
