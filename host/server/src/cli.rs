//! The command line: one command, one file.
//!
//! **Invariant:** data goes to stdout, talk to stderr; the exit code ([`exit`]) says what a pipeline needs to know.

mod asked;
pub mod audit;
pub mod bench;
pub mod bundle;
mod cases;
pub mod config_check;
pub mod confirm;
pub mod decide;
pub mod demo;
pub mod deployment;
pub mod evidence;
pub mod exit;
mod file;
pub mod incident;
pub mod ledger;
pub mod maintenance;
pub mod obligations;
pub mod permit;
pub mod plugin;
pub mod policy;
pub mod probe;
mod record;
mod registry;
pub mod replay;
pub mod revoke;
pub mod rollback;
pub mod serve;
pub mod statement;
pub mod talk;
pub mod token;
pub mod verify;
pub mod waiver;
pub mod watch;

use clap::{Parser, Subcommand};
use exit::Exit;
use std::ffi::OsString;

/// Policy gates for deployments
///
/// Tidegate judges every deployment by WebAssembly policy plugins before it goes out, and keeps a record that can be queried, replayed and
/// proved.
#[derive(Debug, Parser)]
#[command(name = "tidegate", version, max_term_width = 120, after_long_help = EXIT_CODES)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

/// What stands below the help of the program and of `decide`.
pub(crate) const EXIT_CODES: &str = "Exit codes:
  0   the deployment is allowed; for other commands: done
  1   refused: the policy says no (REMEDIATE, or a HOLD that only waits)
  2   nothing could be decided (undecided stages, no connection, a request not taken, a file not read or written)
  3   `replay`: what was decided cannot be judged again
  64  the command line cannot be";

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the demonstration: a gate, two deployments, two decisions
    Demo(demo::Args),
    /// Run the gate as a service
    Serve(serve::Args),
    /// Ask whether a deployment may go out: a gate (`--server`), or the policies here
    Decide(Box<decide::Args>),
    /// Make keys, and sign documents with them
    #[command(subcommand)]
    Evidence(evidence::Command),
    /// Ask addresses what they answer, and write it down as evidence
    Probe(probe::Args),
    /// Measure how many decisions a second a gate takes, and how long each
    Bench(Box<bench::Args>),
    /// Confirm what another person forced
    #[command(alias = "confirm-emergency")]
    Confirm(confirm::Args),
    /// Ask, at the moment of a deployment, whether exactly this may begin
    Permit(permit::Args),
    /// Take a decision back: it permits nothing from then on
    Revoke(revoke::Args),
    /// Have services run again what they ran before; their databases are never touched
    Rollback(rollback::Args),
    /// Say what became of a deployment, and show it
    #[command(subcommand)]
    Deployment(deployment::Command),
    /// Have the gate look at a deployment after it went out, and judge what it saw
    Verify(verify::Args),
    /// Watch deployments that run, and see what signals say of them
    #[command(subcommand)]
    Watch(watch::Command),
    /// Open incidents, see to them, and resolve them
    #[command(subcommand)]
    Incident(incident::Command),
    /// Plan maintenance, see what is still to be done, and bring it to its end
    #[command(subcommand)]
    Maintenance(maintenance::Command),
    /// See what forced deployments left to be done, and say what is
    #[command(subcommand)]
    Obligations(obligations::Command),
    /// Ask the record: who decided what, what was forced, what stood in the way
    #[command(subcommand)]
    Audit(audit::Command),
    /// Make and revoke tokens: who may ask a gate
    #[command(subcommand)]
    Token(token::Command),
    /// State under one's own name what decisions ask people for
    #[command(subcommand)]
    Statement(statement::Command),
    /// Show what is tolerated, and agree to it
    #[command(subcommand)]
    Waiver(waiver::Command),
    /// Build plugins, and look into them
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// Look at policies, test them, and pin their plugins
    #[command(subcommand)]
    Policy(policy::Command),
    /// Put policies into one artifact, sign it, and bring it into force
    #[command(subcommand)]
    Bundle(bundle::Command),
    /// Verify the record, and print the key that its checkpoints are verified with
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Judge a recorded decision again, from the record alone
    Replay(replay::Args),
    /// Look at the service's configuration
    #[command(subcommand)]
    Config(Config),
}

#[derive(Debug, Subcommand)]
enum Config {
    /// Report every mistake of a configuration
    Check(config_check::Args),
}

/// Runs the command that the program was started with.
#[must_use]
pub fn run() -> Exit {
    run_with(std::env::args_os())
}

/// Runs the command of these arguments, the first of which is the program's name.
#[must_use]
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    match Program::try_parse_from(arguments) {
        Ok(program) => dispatch(program.command),
        Err(error) => {
            // There is nobody to tell when the output is closed.
            let _ = error.print();
            unparsed(&error)
        }
    }
}

fn dispatch(command: Command) -> Exit {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Decide(args) => decide::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Evidence(command) => evidence::run(&command),
        Command::Probe(args) => probe::run(&args),
        Command::Confirm(args) => confirm::run(&args),
        Command::Permit(args) => permit::run(&args),
        Command::Revoke(args) => revoke::run(&args),
        Command::Rollback(args) => rollback::run(&args),
        Command::Deployment(command) => deployment::run(&command),
        Command::Watch(command) => watch::run(&command),
        Command::Incident(command) => incident::run(&command),
        Command::Maintenance(command) => maintenance::run(&command),
        Command::Obligations(command) => obligations::run(&command),
        Command::Audit(command) => audit::run(&command),
        Command::Token(command) => token::run(&command),
        Command::Statement(command) => statement::run(&command),
        Command::Waiver(command) => waiver::run(&command),
        Command::Plugin(command) => plugin::run(&command),
        Command::Bundle(command) => bundle::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Ledger(command) => ledger::run(&command),
        Command::Replay(args) => replay::run(&args),
        Command::Config(Config::Check(args)) => config_check::run(&args),
    }
}

/// Help and version are what was asked for; everything else is a mistake.
fn unparsed(error: &clap::Error) -> Exit {
    if error.use_stderr() { Exit::Usage } else { Exit::Allowed }
}

#[cfg(test)]
mod tests;
