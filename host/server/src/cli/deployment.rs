//! `tidegate deployment`: what became of deployments.

use crate::{
    api::deployments::EventRequestBody,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
    },
};
use tidegate_core::time::Timestamp;

/// A command on deployments.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say what became of one: started, succeeded, failed or rolled_back
    Event(Event),
    /// Print its decisions and what became of it, as JSON
    Show(Show),
}

/// What became of a deployment.
#[derive(Debug, clap::Args)]
pub struct Event {
    #[command(flatten)]
    gate: Gate,
    /// The deployment's id, as its decision names it
    id: String,
    /// started, succeeded, failed or rolled_back
    event: String,
    /// When (RFC 3339), where that was not just now
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
    /// The decision that it goes by [default: the newest about it]
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
}

/// A deployment.
#[derive(Debug, clap::Args)]
pub struct Show {
    #[command(flatten)]
    gate: Gate,
    /// The deployment's id, as its decision names it
    id: String,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::Event(event) => became(event),
        Command::Show(show) => show.gate.ask(|gate| gate.history(&show.id)).and_then(|history| asked::print(&history)),
    })
}

fn became(args: &Event) -> Result<(), Undone> {
    let said = EventRequestBody {
        event: args.event.clone(),
        at: args.at.map(|at| at.to_string()),
        decision: args.decision.clone(),
    };
    asked::print(&args.gate.ask(|gate| gate.became(&args.id, &said))?)
}
