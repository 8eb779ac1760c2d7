//! `tidegate ledger backup`.

use super::offline::{self, Undone};
use crate::cli::{exit::Exit, record::RecordArgs, talk};
use std::path::PathBuf;
use tidegate_ledger::{archive, backup};

/// Which record, and where to
///
/// The gate may serve meanwhile. The copy is opened and read leaf by leaf before the folder gets its name; then it holds the database and its last
/// checkpoint. The key that signs is not in it: keep `ledger.sqlite.key` apart from backups, once. Archives are apart, too. A record on PostgreSQL is backed up by `pg_dump`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
    /// The folder of the backup, which is made
    #[arg(value_name = "DIR")]
    into: PathBuf,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(backed_up(args))
}

fn backed_up(args: &Args) -> Result<Exit, Undone> {
    let (held, archives) = offline::runtime()?.block_on(async {
        let place = args.record.place().await?;
        let held = backup::backup(&place, &args.into, &offline::config()).await?;
        Ok::<_, Undone>((held, archive::list(place, &offline::config()).await?))
    })?;
    let checkpoint = if held.checkpoint.is_some() { "signed" } else { "none was signed" };
    let text = format!("leaves: {}\nroot: {}\ncheckpoint: {checkpoint}\n", held.head.size, held.head.root);
    talk::data(&text).map_err(Undone::Output)?;
    if !archives.is_empty() {
        talk::hint(&format!("{} archives are apart from it: back their folder up as well", archives.len()));
    }
    Ok(Exit::Allowed)
}
