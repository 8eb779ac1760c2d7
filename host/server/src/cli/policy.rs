//! `tidegate policy`: what the author of policies does.

mod explain;
mod lint;
mod pin;
mod test;

use crate::cli::{exit::Exit, replay::impact};

/// A command on policies.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say everything that is wrong with policies, and what is probably not meant
    Lint(lint::Args),
    /// Run cases by policies, and say what no case reaches
    Test(test::Args),
    /// Say what holds for a deployment, value by value, and where each value comes from
    Explain(explain::Args),
    /// Say what a candidate bundle would have decided otherwise
    Impact(impact::Args),
    /// Say which bytes each plugin is, so that nobody can exchange it unnoticed
    Pin(pin::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Lint(args) => lint::run(args),
        Command::Test(args) => test::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Impact(args) => impact::run(args),
        Command::Pin(args) => pin::run(args),
    }
}
