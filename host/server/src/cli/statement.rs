//! `tidegate statement`: one's own word, for decisions that ask for it.

use crate::{
    api::statements::StatementRequest,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};
use tidegate_core::one_line::one_line;

/// A command on statements.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// State that an item is fulfilled (or is not), and print the digest that a decision cites
    Add(Add),
}

/// What is stated, and what it is about.
#[derive(Debug, clap::Args)]
pub struct Add {
    #[command(flatten)]
    gate: Gate,
    /// The checklist item's id, e.g. rollback_plan_ready
    item: String,
    /// It is not fulfilled
    #[arg(long)]
    unmet: bool,
    /// It does not concern this deployment; `--note` says why
    #[arg(long, conflicts_with = "unmet", requires = "note")]
    not_applicable: bool,
    /// Where it holds [default: anywhere]
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// What it holds for; may be repeated [default: any service]
    #[arg(long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// The commit that it is about
    #[arg(long, value_name = "COMMIT")]
    revision: Option<String>,
    /// The artifact that it is about
    #[arg(long, value_name = "sha256:…")]
    artifact: Option<String>,
    /// Where to read more
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::Add(args) => add(args),
    })
}

fn add(args: &Add) -> Result<(), Undone> {
    let said = StatementRequest {
        item: args.item.clone(),
        satisfied: (!args.not_applicable).then_some(!args.unmet),
        not_applicable: args.not_applicable.then_some(true),
        environment: args.environment.clone(),
        services: args.services.clone(),
        revision: args.revision.clone(),
        artifact: args.artifact.clone(),
        link: args.link.clone(),
        note: args.note.clone(),
    };
    let stated = args.gate.ask(|gate| gate.state(&said))?;
    // Whatever a gate answers, one line.
    let digest = one_line(&stated.digest, 100).to_string();
    talk::data(&(digest + "\n")).map_err(|error| Undone::Output(error.to_string()))
}
