//! `tidegate ledger generate`.

use crate::{
    cli::{exit::Exit, talk},
    config::Config,
};
use std::{fs, io, path::PathBuf, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::generate::{self, GenerateError, Plan};

/// When the first made-up decision was asked for, where nothing is said.
const FIRST: &str = "2026-01-01T00:00:00Z";

/// Which record
///
/// A new ledger is filled with made-up decisions, always the same for the same arguments, with nine spans each: to see what a record weighs and
/// how fast it answers when it has grown. A ledger that has a leaf is not touched.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of a gate that has decided nothing yet; made where there is none
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// How many
    #[arg(long, value_name = "N")]
    decisions: u32,
    /// Other decisions for another number
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// When the first one was asked for
    #[arg(long, value_name = "TIME", default_value = FIRST, value_parser = moment)]
    first: Timestamp,
    /// Seconds between one and the next
    #[arg(long, value_name = "SECONDS", default_value_t = 26)]
    every: u32,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// Why there is no such ledger.
#[derive(Debug, thiserror::Error)]
enum NotGenerated {
    #[error("`{}` cannot be made: {cause}", path.display())]
    Folder { path: PathBuf, cause: io::Error },
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error("cannot write what was done: {0}")]
    Output(io::Error),
}

pub(super) fn run(args: &Args) -> Exit {
    match generated(args) {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

fn generated(args: &Args) -> Result<(), NotGenerated> {
    let Args { data_dir, decisions, seed, first, every } = args;
    fs::create_dir_all(data_dir).map_err(|cause| NotGenerated::Folder { path: data_dir.clone(), cause })?;
    let every = Duration::from_secs(u64::from(*every));
    let plan = Plan { decisions: u64::from(*decisions), seed: *seed, first: *first, every };
    let runtime = tokio::runtime::Runtime::new().map_err(NotGenerated::Begin)?;
    runtime.block_on(generate::fill(data_dir.join("ledger.sqlite"), &Config::default().ledger_config(), &plan))?;
    talk::data(&format!("leaves: {decisions}\n")).map_err(NotGenerated::Output)
}
