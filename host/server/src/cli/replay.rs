//! `tidegate replay`: a recorded decision judged again.

pub mod impact;

use crate::{
    cli::{exit::Exit, talk},
    config::Config,
    gate::offline,
    render::escape::terminal,
    replay::{
        again::Places,
        answer::{Answer, Replay, ReplayError, replay},
    },
};
use serde_json::{Value, json};
use std::{fs, io, path::PathBuf, time::Duration};
use tidegate_bundle::duration;
use tidegate_ledger::{
    id::DecisionId,
    replay::differences::{Difference, Differences},
    snapshot::Reader,
};

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 600;

/// Judge a recorded decision again, from the record alone
///
/// Policies, plugins and documents are taken from the record by their digests; nothing is taken from the folders of today. The record is
/// only read: the gate may serve meanwhile, or have stopped. Time is no input: plugins are given more of it than they had, and a decision in
/// which the wall clock ended a stage is not replayable.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The decision
    #[arg(value_name = "ID", required_unless_present = "with", conflicts_with = "with")]
    decision: Option<DecisionId>,
    /// In place of one decision all of so long ago, by a candidate: what `tidegate policy impact` does
    #[arg(long, value_name = "SPAN", value_parser = duration::parse, requires = "with")]
    since: Option<Duration>,
    /// The candidate: a policy set, or a folder of policy sets, overrides and waivers
    #[arg(long, value_name = "PATH", requires = "since")]
    with: Option<PathBuf>,
    /// One page for people of what the candidate would have changed, written to this file
    #[arg(long, value_name = "FILE", requires = "with")]
    html: Option<PathBuf>,
    /// The folder of the gate
    #[arg(long, value_name = "DIR", default_value_os_t = Config::default().data_dir)]
    data_dir: PathBuf,
    /// JSON in place of lines
    #[arg(long)]
    json: bool,
}

const EXIT_CODES: &str = "Exit codes:
  0   equal: the leaf comes out byte for byte; of a candidate: nothing would have been decided otherwise
  1   differs: the same inputs come to another judgement, each place is named; of a candidate: something would
  2   the record or the candidate cannot be read, or there is no such decision
  3   not replayable: something that it was made from is gone, or of another build
  64  the command line cannot be";

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("`{}` cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("cannot write what was found: {0}")]
    Output(io::Error),
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    let Some(decision) = &args.decision else { return tried(args) };
    match replayed(args, decision) {
        Ok(exit) => exit,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

/// The parser lets a candidate through with its time alone, and nothing in place of a decision but a candidate.
fn tried(args: &Args) -> Exit {
    let (Some(since), Some(with)) = (args.since, args.with.clone()) else { return Exit::Usage };
    let (data_dir, html) = (args.data_dir.clone(), args.html.clone());
    impact::run(&impact::Args { since, with, data_dir, json: args.json, html })
}

fn replayed(args: &Args, decision: &DecisionId) -> Result<Exit, Failure> {
    let path = args.data_dir.join("ledger.sqlite");
    fs::metadata(&path).map_err(|cause| Failure::File { path: path.clone(), cause })?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::Begin)?;
    let found = runtime.block_on(async {
        let reader = Reader::open(&path, &Config::default().ledger_config())?;
        let found = replay(&reader, decision, &places()).await;
        reader.close().await;
        found
    })?;
    let text = if args.json { format!("{:#}\n", as_json(&found)) } else { lines(&found) };
    talk::data(&text).map_err(Failure::Output)?;
    Ok(match found.answer {
        Answer::Equal => Exit::Allowed,
        Answer::Differs(_) => Exit::Refused,
        Answer::NotReplayable(_) => Exit::NotReplayable,
    })
}

/// One evaluation for each processor.
pub(super) fn places() -> Places {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Places { slots: u32::try_from(processors).unwrap_or(u32::MAX), cache_dir: offline::cache_dir() }
}

fn lines(found: &Replay) -> String {
    let mut text = format!("decision: {}\n", found.decision);
    if let Some((index, hash)) = found.leaf {
        text.push_str(&format!("leaf: {index} ({hash})\n"));
    }
    text.push_str(&format!("answer: {}\n", found.answer.word()));
    match &found.answer {
        Answer::Equal => {}
        Answer::NotReplayable(reason) => {
            text.push_str(&format!("because: {}\n", terminal(&reason.to_string(), LINE_CHARS_MAX)));
        }
        Answer::Differs(Differences { listed, omitted }) => {
            for Difference { path, then, now } in listed {
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
                let line = format!("{path}: {} then, {} now", value(then), value(now));
                text.push_str(&format!("because: {}\n", terminal(&line, LINE_CHARS_MAX)));
            }
            if *omitted > 0 {
                text.push_str(&format!("because: {omitted} more differences\n"));
            }
        }
    }
    text
}

fn as_json(found: &Replay) -> Value {
    let leaf = found.leaf.map(|(index, hash)| json!({ "index": index, "hash": hash.to_string() }));
    let mut all = json!({ "decision": found.decision.to_string(), "leaf": leaf, "answer": found.answer.word().replace(' ', "_") });
    match &found.answer {
        Answer::Equal => {}
        Answer::NotReplayable(reason) => {
            all["reason"] = json!({ "kind": reason.word(), "message": reason.to_string() });
        }
        Answer::Differs(Differences { listed, omitted }) => {
            let one = |one: &Difference| json!({ "path": one.path, "then": one.then, "now": one.now });
            all["differences"] = listed.iter().map(one).collect();
            all["omitted"] = json!(omitted);
        }
    }
    all
}
