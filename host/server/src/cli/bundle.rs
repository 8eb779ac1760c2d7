//! `tidegate bundle`: policies with their plugins as one artifact that people sign.

mod activate;
mod build;
mod place;
mod pull;
mod push;
mod revert;
mod show;
mod sign;

use crate::cli::exit::Exit;

/// A command on bundles.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Put policies, their plugins and who wrote them into one file
    Build(build::Args),
    /// Show what is in a bundle, and who signed it
    Show(show::Args),
    /// Sign a bundle, beside whoever signed it before
    Sign(sign::Args),
    /// Push a bundle and its signatures to an OCI registry
    #[command(visible_alias = "load")]
    Push(push::Args),
    /// Pull a bundle and its signatures from an OCI registry into a file
    #[command(visible_alias = "save")]
    Pull(pull::Args),
    /// Bring a signed bundle into force at a gate
    Activate(activate::Args),
    /// Bring the bundle from before, or an earlier one, into force again
    Revert(revert::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::Build(args) => build::run(args),
        Command::Show(args) => show::run(args),
        Command::Sign(args) => sign::run(args),
        Command::Push(args) => push::run(args),
        Command::Pull(args) => pull::run(args),
        Command::Activate(args) => activate::run(args),
        Command::Revert(args) => revert::run(args),
    }
}
