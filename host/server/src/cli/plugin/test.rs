//! `tidegate plugin test`

mod changes;
mod recall;

use super::{component::ComponentError, project::ProjectArgs};
use crate::{
    api::problem::Problem,
    cases::{
        Outcome,
        junit::Subject,
        plugin::{TrialError, run as run_cases},
        read::CasesError,
        update::{UpdateError, update},
    },
    cli::{
        cases::{ShowError, show},
        exit::Exit,
        record::UsualRecordArgs,
        talk,
    },
    gate::offline,
};
use std::path::PathBuf;
use tidegate_ledger::id::DecisionId;

/// Build a plugin and judge cases with it
///
/// A case is a folder with `case.yaml`. Of a gate it holds `deployment.json` and `evidence/`, too, and is judged by the policies beside the
/// plugin, as `tidegate policy test` does; of a rollback or severity plugin it says what was seen, or what is known. Exits with 1 when a case
/// comes to something else, or when less is reached than was asked for.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    /// Write into the cases that fail what came of them; look at the difference before you commit it
    #[arg(long, conflicts_with = "watch")]
    update: bool,
    /// Write a report as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Each rule, and each way to pass and not to: so many percent have to be reached
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    coverage_min: Option<u8>,
    /// First make a case of a recorded decision, which says what comes of it here; the record lies where `--data-dir` or `--ledger-url-file` says
    #[arg(long, value_name = "ID", conflicts_with = "watch")]
    from_decision: Option<DecisionId>,
    #[command(flatten)]
    record: UsualRecordArgs,
    /// Go on: do it again whenever a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Component(#[from] ComponentError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    Cases(#[from] CasesError),
    #[error(transparent)]
    Recall(#[from] recall::Failure),
    #[error(transparent)]
    Update(#[from] UpdateError),
    #[error(transparent)]
    Show(#[from] ShowError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Trial(problem.into())
    }
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    loop {
        let seen = changes::newest(&args.project.dir);
        let exit = tried(args).unwrap_or_else(|failure| {
            match &failure {
                Failure::Trial(TrialError::Policies(problem)) => talk::problem(problem),
                other => talk::error(other),
            }
            Exit::Undecided
        });
        if !args.watch {
            return exit;
        }
        talk::note(&"waiting for a change");
        changes::wait(&args.project.dir, seen);
    }
}

fn tried(args: &Args) -> Result<Exit, Failure> {
    let bytes = args.project.component()?;
    let trial = args.project.trial(offline::engine()?, &bytes)?;
    let cases = args.project.cases();
    if let Some(decision) = &args.from_decision {
        let folder = recall::recalled(&args.record, decision, &cases)?;
        updated(run_cases(&trial, &folder)?.outcomes.iter())?;
    }
    let mut run = run_cases(&trial, &cases)?;
    if args.update && updated(run.outcomes.iter().filter(|outcome| !outcome.holds()))? {
        run = run_cases(&trial, &cases)?;
    }
    Ok(show(&run, Subject::Plugin, args.junit.as_deref(), args.coverage_min)?)
}

/// Rewrites what these expect, and says so. Returns whether there was any.
fn updated<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Result<bool, UpdateError> {
    let mut any = false;
    for outcome in outcomes {
        if update(outcome)? {
            talk::note(&format!("`{}` expects what came of it: {}", outcome.name, outcome.came_to));
            any = true;
        }
    }
    Ok(any)
}
