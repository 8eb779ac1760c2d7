//! `tidegate ledger accept-restore`.

use super::{
    acting::{GateArgs, Record, two_admins},
    offline::{self, Undone},
};
use crate::{
    cli::{exit::Exit, talk},
    config::parts::CHECKPOINT,
    gate::{clock, record::host_version},
};
use std::{fs, path::PathBuf};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, Kept},
    config::LedgerConfig,
    ledger::{Ledger, restores::Accepting},
    restoration::Restored,
};

/// Which record, and who accepts
///
/// Where a restored record has fewer leaves than its last checkpoint was signed for, the gate does not start. Two admins, each with a token of
/// their own that this record knows, make it say for good which head is lost and what was kept; from there it goes on. The gate must not
/// run meanwhile. A witness is told by the number that is printed: `tidegate ledger witness --accept-restore NUMBER`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: GateArgs,
    /// A file with the token of a person who is an admin; twice, of two persons
    #[arg(long = "admin", value_name = "FILE", required = true)]
    admins: Vec<PathBuf>,
    /// The last checkpoint before, where it is not the gate's own file: what a witness kept, say
    #[arg(long, value_name = "FILE")]
    lost: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(accepted(args))
}

fn accepted(args: &Args) -> Result<Exit, Undone> {
    let Record { config, place } = args.gate.record()?;
    let signs = config.checkpoint_config();
    let sidecar = signs.sidecar.clone().unwrap_or_else(|| config.data_dir.join(CHECKPOINT));
    let lost = args.lost.as_ref().unwrap_or(&sidecar);
    let note = fs::read_to_string(lost).map_err(|cause| Undone::File { path: lost.clone(), cause })?;
    // Opened without the file, which is ahead of it: what is signed meanwhile stays in the database.
    let checkpoints = Some(CheckpointConfig { sidecar: None, ..signs });
    let record = LedgerConfig { checkpoints, ..config.ledger_config() };
    let accepted = offline::runtime()?.block_on(async {
        let ledger = Ledger::open(place, record).await?;
        let accepted = async {
            let by = two_admins(&ledger, &args.admins).await?;
            let accepting = Accepting { by, at: clock::now(), host_version: host_version() };
            Ok::<_, Undone>(ledger.accept_restore((&note, Kept::InFile(lost.clone())), &sidecar, accepting).await?)
        }
        .await;
        ledger.close().await;
        accepted
    })?;
    let Restored { leaf_index, epoch, lost, restored, .. } = accepted;
    let lines = format!("leaf: {leaf_index}\nkept: {} of {} leaves\nepoch: {epoch}\n", restored.size, lost.size);
    talk::data(&lines).map_err(Undone::Output)?;
    talk::hint(&format!("tell whoever runs a witness: `tidegate ledger witness --accept-restore {leaf_index}`"));
    Ok(Exit::Allowed)
}
