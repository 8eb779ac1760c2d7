//! `tidegate audit`: questions to the record, most of them through a gate.

mod changes;
mod count;
mod export;
mod filters;
mod list;
mod page;
mod show;
mod source;
mod sql;
mod table;
mod trace;

use crate::cli::{asked, exit::Exit};
use tidegate_ledger::stats::Stat;

/// A question to the record.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List decisions, the newest first
    List(Box<list::Args>),
    /// Show one decision
    Show(show::Args),
    /// List what somebody wished to deploy all the same, and what became of it
    Forced(Box<list::Args>),
    /// Count what each stage concluded: those that stand in the way most often first
    Blockers(count::Args),
    /// Count the rules that findings cite
    Rules(count::Args),
    /// Count who wished to deploy all the same
    Overrides(count::Args),
    /// Count what waivers tolerate
    Waivers(count::Args),
    /// Count how often plugins were asked, how often they could not answer, and how long they took
    Plugins(count::Args),
    /// Count what monitored stages would have stopped
    WouldBlock(count::Args),
    /// List acts of power: bundles activated, waivers agreed to, tokens made and revoked, …
    Changes(changes::Args),
    /// Draw where the time of a decision went
    Trace(trace::Args),
    /// Write out every decision that fits
    Export(Box<export::Args>),
    /// Ask the record in SQL, without a gate
    Sql(sql::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::Sql(args) => return sql::run(args),
        Command::List(args) => list::run(args),
        Command::Show(args) => show::run(args),
        Command::Forced(args) => list::forced(args),
        Command::Blockers(args) => count::run(args, Stat::Stages),
        Command::Rules(args) => count::run(args, Stat::Rules),
        Command::Overrides(args) => count::run(args, Stat::Overrides),
        Command::Waivers(args) => count::run(args, Stat::Waivers),
        Command::Plugins(args) => count::run(args, Stat::Plugins),
        Command::WouldBlock(args) => count::run(args, Stat::WouldBlock),
        Command::Changes(args) => changes::run(args),
        Command::Trace(args) => trace::run(args),
        Command::Export(args) => export::run(args),
    })
}
