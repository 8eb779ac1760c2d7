//! `tidegate ledger archives`.

use super::offline::{self, Undone};
use crate::cli::{exit::Exit, record::RecordArgs, talk};
use std::fmt::Write as _;
use tidegate_ledger::archive::{self, Archived};

/// Which record
///
/// One line for each archive, the oldest first: its leaves, how many decisions were moved with it, when, by whom, which leaf says so, and the
/// digest of its manifest. The record is only read: the gate may serve meanwhile.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(listed(args))
}

fn listed(args: &Args) -> Result<Exit, Undone> {
    let archives = offline::runtime()?.block_on(async {
        let place = args.record.place().await?;
        Ok::<_, Undone>(archive::list(place, &offline::config()).await?)
    })?;
    talk::data(&lines(&archives)).map_err(Undone::Output)?;
    Ok(Exit::Allowed)
}

/// A line for each.
pub(super) fn lines(archives: &[Archived]) -> String {
    let mut text = String::new();
    for Archived { leaf_index, at, by, first, through, manifest, decisions } in archives {
        let size = through.size;
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "archive {first:012}-{size:012}: {decisions} decisions, at {at} by {by}, as leaf {leaf_index} says; manifest {manifest}"
        );
    }
    text
}
