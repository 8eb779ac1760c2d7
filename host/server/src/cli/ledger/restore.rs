//! `tidegate ledger restore`.

use super::offline::{self, Undone};
use crate::{
    cli::{exit::Exit, talk},
    config::parts::{CHECKPOINT, LEDGER},
    service::private_folder,
};
use std::path::PathBuf;
use tidegate_ledger::{place::Place, restore, signing_key};

/// Which backup, and where to
///
/// There must be no record in the folder. It is in its place only once it was read leaf by leaf. A gate that knows by its last checkpoint
/// that newer leaves are lost does not start by it until two admins accept that: `tidegate ledger accept-restore`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder that `tidegate ledger backup` made, or its `ledger.sqlite`
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The folder of the gate
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(restored(args))
}

fn restored(args: &Args) -> Result<Exit, Undone> {
    let folder = &args.data_dir;
    private_folder(folder).map_err(|cause| Undone::File { path: folder.clone(), cause })?;
    let path = folder.join(LEDGER);
    let held = offline::runtime()?.block_on(restore::restore(&args.from, Place::from(&path), &offline::config()))?;
    let text = format!("leaves: {}\nroot: {}\n", held.head.size, held.head.root);
    talk::data(&text).map_err(Undone::Output)?;
    if held.checkpoint.is_some() && !signing_key::beside(&path).exists() {
        talk::hint(
            &"put `ledger.sqlite.key` back too, unless `checkpoints.key` names another: the record was signed with it",
        );
    }
    if !folder.join(CHECKPOINT).exists() {
        talk::hint(
            &"no `ledger.checkpoint` says whether newer leaves are lost: ask a witness, or whoever keeps receipts",
        );
    }
    Ok(Exit::Allowed)
}
