//! `tidegate rollback`: services run again what they ran before.

use crate::{
    api::rollbacks::RollbackRequestBody,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
    },
};

/// Have services run again what they ran before; their databases are never touched
///
/// Prints what was ordered for each service, as JSON. Ends with 1 where something was not: then a person has to see to it.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("undone").required(true).args(["decision", "environment"])))]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// `previous`, or a version
    to: String,
    /// Where the deployment that began last is to be undone
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Instead: the decision by which the deployment went that is to be undone
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    /// One of its services alone
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Why, in at least 10 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Sent again by whoever got no answer: then nothing is ordered twice
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match roll_back(args) {
        Ok(true) => Exit::Allowed,
        Ok(false) => Exit::Refused,
        Err(undone) => asked::exit(Err(undone)),
    }
}

fn roll_back(args: &Args) -> Result<bool, Undone> {
    let asked = RollbackRequestBody {
        decision: args.decision.clone(),
        environment: args.environment.clone(),
        service: args.service.clone(),
        to: args.to.clone(),
        reason: args.reason.clone(),
    };
    let answer = args.gate.ask(|gate| gate.roll_back(&asked, args.idempotency_key.as_deref()))?;
    asked::print(&answer)?;
    Ok(answer.ordered)
}
