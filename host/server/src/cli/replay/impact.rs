//! `tidegate replay --since --with`, which is `tidegate policy impact`: history judged by a candidate.

use super::places;
use crate::{
    cli::{exit::Exit, talk},
    config::Config,
    gate::clock,
    render::impact::{html::html, json::json, table::table},
    replay::impact::{
        compared::Change,
        run::{self, Trial, TrialError},
        summary::Impact,
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fs,
    io::{self, IsTerminal as _},
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tidegate_bundle::duration;
use tidegate_core::time::Timestamp;
use tidegate_ledger::snapshot::Reader;

/// Lines that say how far it is, where no bar can be drawn.
const STEPS: usize = 20;

/// Say what a candidate bundle would have decided otherwise
///
/// Judges every decision of that time again by the policies in a folder: the same deployments, documents, moments and limits, other policies and
/// plugins. Says what would have been refused, allowed or scored otherwise, by service and owner, and which rules would newly block. The
/// record is only read: the gate may serve meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// Decisions of so long ago
    #[arg(long, value_name = "SPAN", value_parser = duration::parse, default_value = "30d")]
    pub(super) since: Duration,
    /// The candidate: a policy set, or a folder of policy sets, overrides and waivers
    #[arg(long, value_name = "PATH")]
    pub(super) with: PathBuf,
    /// The folder of the gate
    #[arg(long, value_name = "DIR", default_value_os_t = Config::default().data_dir)]
    pub(super) data_dir: PathBuf,
    /// JSON in place of tables
    #[arg(long)]
    pub(super) json: bool,
    /// One page for people, written to this file
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

/// What the exit code says.
pub(super) const EXIT_CODES: &str = "Exit codes:
  0   nothing would have been decided otherwise
  1   something would
  2   the record or the candidate cannot be read
  3   nothing would, as far as can be told: some decisions cannot be judged again
  64  the command line cannot be";

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("`{}` cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("`{}` cannot be written: {cause}", path.display())]
    Page { path: PathBuf, cause: io::Error },
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error("cannot write what was found: {0}")]
    Output(io::Error),
}

/// Runs the command.
pub(in crate::cli) fn run(args: &Args) -> Exit {
    match tried(args) {
        Ok(impact) => exit(&impact),
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

fn exit(impact: &Impact) -> Exit {
    if impact.changed().next().is_some() {
        Exit::Refused
    } else if impact.decisions.iter().any(|one| one.change() == Change::NotReplayable) {
        Exit::NotReplayable
    } else {
        Exit::Allowed
    }
}

fn tried(args: &Args) -> Result<Impact, Failure> {
    let path = args.data_dir.join("ledger.sqlite");
    fs::metadata(&path).map_err(|cause| Failure::File { path: path.clone(), cause })?;
    let (until, places) = (clock::now(), places());
    let span = u64::try_from(args.since.as_nanos()).unwrap_or(u64::MAX);
    let since = Timestamp::from_nanos(until.nanos().saturating_sub(span));
    let mut config = Config::default().ledger_config();
    config.readers = config.readers.max(places.slots);
    let trial = Trial { since, until, candidate: args.with.clone(), places };
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Begin)?;
    // The pool is made where its runtime is.
    let reader = runtime.block_on(async { Reader::open(&path, &config) }).map_err(TrialError::Record)?;
    let bar = Bar::new();
    let impact = run::run(&reader, &trial, runtime.handle(), &|done, total| bar.tell(done, total));
    drop(bar);
    runtime.block_on(reader.close());
    let impact = impact?;
    if let Some(path) = &args.html {
        fs::write(path, html(&impact)).map_err(|cause| Failure::Page { path: path.clone(), cause })?;
    }
    let text = if args.json { format!("{:#}\n", json(&impact)) } else { table(&impact) };
    talk::data(&text).map_err(Failure::Output)?;
    Ok(impact)
}

/// How far it is: a bar on a terminal, else a line for every twentieth of the work.
struct Bar {
    bar: Option<ProgressBar>,
    told: AtomicUsize,
}

impl Bar {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("judged [{bar:40}] {pos}/{len} {elapsed}");
            let bar = ProgressBar::new(0);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, told: AtomicUsize::new(0) }
    }

    fn tell(&self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            return;
        }
        let step = (done * STEPS).checked_div(total).unwrap_or_default();
        if self.told.fetch_max(step, Ordering::Relaxed) < step {
            talk::note(&format!("judged {done} of {total}"));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
