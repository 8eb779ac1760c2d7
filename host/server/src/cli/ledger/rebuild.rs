//! `tidegate ledger rebuild`.

use crate::{
    cli::{
        exit::Exit,
        record::{NoRecord, RecordArgs},
        talk,
    },
    config::Config,
};
use std::io;
use tidegate_ledger::rebuild::{self, RebuildError, Rebuilt};

/// Which record
///
/// Tables that follow from leaves are made anew from them, in one transaction. The gate of a folder must not run meanwhile; those
/// of a database wait. Leaves, bodies, uploads and notices are not touched.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
}

/// Why nothing was made anew.
#[derive(Debug, thiserror::Error)]
enum NotRebuilt {
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    #[error("cannot write what was done: {0}")]
    Output(io::Error),
}

pub(super) fn run(args: &Args) -> Exit {
    match rebuilt(args) {
        Ok(exit) => exit,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

fn rebuilt(args: &Args) -> Result<Exit, NotRebuilt> {
    let runtime = tokio::runtime::Runtime::new().map_err(NotRebuilt::Begin)?;
    let done = runtime.block_on(async {
        let place = args.record.place().await?;
        Ok::<_, NotRebuilt>(rebuild::rebuild(place, &Config::default().ledger_config()).await?)
    })?;
    talk::data(&report(&done)).map_err(NotRebuilt::Output)?;
    Ok(if done.unplaced.is_empty() { Exit::Allowed } else { Exit::Refused })
}

/// One line for the leaves, one for each table, and one for each leaf that leads to no row.
fn report(done: &Rebuilt) -> String {
    let mut text = format!("leaves: {}\n", done.leaves);
    for table in &done.tables {
        text.push_str(&format!("{}: {} removed, {} written\n", table.table, table.removed, table.written));
    }
    for index in &done.unplaced {
        text.push_str(&format!("found: leaf {index} leads to no row: what no leaf has of it is missing\n"));
    }
    text
}
