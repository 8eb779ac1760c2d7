//! `tidegate policy test`

use crate::{
    cases::{junit::Subject, read::CasesError, run::run as run_cases},
    cli::{
        cases::{ShowError, show},
        exit::Exit,
        talk,
    },
    gate::offline,
};
use std::path::PathBuf;

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
    #[error(transparent)]
    Show(#[from] ShowError),
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
    let shown = run_cases(&offline::bench(policies), &args.dir)
        .map_err(Failure::from)
        .and_then(|run| Ok(show(&run, Subject::Policies, args.junit.as_deref(), args.coverage_min)?));
    shown.unwrap_or_else(|failure| {
        talk::error(&failure);
        Exit::Undecided
    })
}
