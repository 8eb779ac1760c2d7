//! `tidegate ledger rebuild`.

use crate::{
    cli::{exit::Exit, talk},
    config::Config,
};
use std::{fs, io, path::PathBuf};
use tidegate_ledger::rebuild::{self, RebuildError, Rebuilt};

/// Which record
///
/// Tables that follow from leaves are made anew from them, in one transaction. The gate must not run meanwhile. Leaves, bodies, uploads and
/// notices are not touched.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the gate
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
}

/// Why nothing was made anew.
#[derive(Debug, thiserror::Error)]
enum NotRebuilt {
    #[error("`{}` cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
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
    let path = args.data_dir.join("ledger.sqlite");
    // Looked for first: a ledger that is not there would be made.
    fs::metadata(&path).map_err(|cause| NotRebuilt::File { path: path.clone(), cause })?;
    let runtime = tokio::runtime::Runtime::new().map_err(NotRebuilt::Begin)?;
    let done = runtime.block_on(rebuild::rebuild(&path, &Config::default().ledger_config()))?;
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
