//! `tidegate policy test`

use crate::{
    cases::{
        junit::{Subject, junit},
        read::CasesError,
        run::{Run, run as run_cases},
        text::text,
    },
    cli::{exit::Exit, talk},
    gate::offline,
};
use std::path::PathBuf;
use tidegate_workbench::files::{FileError, write_atomically};

/// Run cases by policies, and say what no case reaches
///
/// A case is a folder with `case.yaml` (what it shows, the moment `at` which it is judged, and what is expected), `deployment.json` and
/// `evidence/`. Exits with 1 when a case comes to something else, or when less is reached than was asked for.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the cases
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A policy set, or a folder of policy sets and overrides
    #[arg(long, value_name = "PATH", default_value = "policies")]
    policies: PathBuf,
    /// Write a report as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Of each stage a pass and a result that is none, and each rule that can speak: so many percent have to be reached
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    coverage_min: Option<u8>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Cases(#[from] CasesError),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] std::io::Error),
    #[error(transparent)]
    Junit(#[from] FileError),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let policies = match offline::load(&args.policies) {
        Ok(policies) => policies,
        Err(problem) => {
            talk::problem(&problem);
            return Exit::Undecided;
        }
    };
    let shown = run_cases(&offline::bench(policies), &args.dir).map_err(Failure::from).and_then(|run| show(args, &run));
    shown.unwrap_or_else(|failure| {
        talk::error(&failure);
        Exit::Undecided
    })
}

fn show(args: &Args, run: &Run) -> Result<Exit, Failure> {
    talk::data(&text(run))?;
    if let Some(file) = &args.junit {
        write_atomically(file, junit(run, args.coverage_min, Subject::Policies).as_bytes())?;
    }
    let short = args.coverage_min.filter(|percent| !run.coverage.reaches(*percent));
    if let Some(percent) = short {
        talk::error(&format!("too little is covered: at least {percent}% needed"));
    }
    let holds = run.outcomes.iter().all(|outcome| outcome.holds()) && short.is_none();
    Ok(if holds { Exit::Allowed } else { Exit::Refused })
}
