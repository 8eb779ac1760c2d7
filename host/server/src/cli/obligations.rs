//! `tidegate obligations`: what forced deployments left to be done.

use crate::{
    api::obligations::ObligationBody,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};
use tidegate_core::one_line::one_line;

/// See what forced deployments left to be done, and say what is
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List them: the open ones first
    List(List),
    /// Say that one is fulfilled, and by what
    Fulfil(Fulfil),
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    gate: Gate,
    /// Only those that are late
    #[arg(long)]
    overdue: bool,
}

/// Which, and with what.
#[derive(Debug, clap::Args)]
pub struct Fulfil {
    #[command(flatten)]
    gate: Gate,
    /// The obligation's id, as the list names it
    id: String,
    /// A ticket's or a post-mortem's address, a later decision's id, or the words of a review
    #[arg(long, value_name = "WHAT")]
    with: String,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::List(args) => list(args),
        Command::Fulfil(args) => fulfil(args),
    })
}

fn list(args: &List) -> Result<(), Undone> {
    let all = args.gate.ask(|gate| gate.obligations(args.overdue))?;
    let lines: Vec<String> = all.obligations.iter().map(|one| line(one) + "\n").collect();
    talk::data(&lines.concat()).map_err(|error| Undone::Output(error.to_string()))
}

fn fulfil(args: &Fulfil) -> Result<(), Undone> {
    let one = args.gate.ask(|gate| gate.fulfil(&args.id, &args.with))?;
    talk::data(&(line(&one) + "\n")).map_err(|error| Undone::Output(error.to_string()))
}

/// Whatever a gate answers, one line for each.
fn line(one: &ObligationBody) -> String {
    let ObligationBody { id, state, environment, services, owner, due_at, .. } = one;
    let text = format!("{state:<9}  {id}  {environment}  {}  {owner}  due {due_at}", services.join(","));
    one_line(&text, 500).to_string()
}
