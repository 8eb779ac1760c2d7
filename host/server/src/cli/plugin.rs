//! `tidegate plugin`: what a plugin's author does.

mod bench;
mod build;
mod component;
mod inspect;
mod load;
mod new;
mod project;
mod pull;
mod push;
mod reference;
mod run;
mod save;
mod test;

use crate::cli::exit::Exit;

/// A command on plugins.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Begin a plugin: a project that builds and passes its tests at once
    New(new::Args),
    /// Build a plugin and judge cases with it
    Test(test::Args),
    /// Ask a gate plugin about documents at hand, and see what it says, writes and costs
    Run(run::Args),
    /// Measure what a plugin costs, by its cases
    Bench(bench::Args),
    /// Build a plugin from its folder
    Build(build::Args),
    /// Say what is in a plugin's file: its version, its settings, what it imports
    Inspect(inspect::Args),
    /// Print a plugin's reference page: its rules and settings, as Markdown
    Reference(reference::Args),
    /// Push a plugin to an OCI registry, and sign it
    Push(push::Args),
    /// Pull a plugin from an OCI registry, by its digest
    Pull(pull::Args),
    /// Save a plugin and its signatures as one file, for where no registry reaches
    Save(save::Args),
    /// Push what was saved, with its signatures, to a registry
    Load(load::Args),
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    match command {
        Command::New(args) => new::run(args),
        Command::Test(args) => test::run(args),
        Command::Run(args) => run::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Build(args) => build::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Reference(args) => reference::run(args),
        Command::Push(args) => push::run(args),
        Command::Pull(args) => pull::run(args),
        Command::Save(args) => save::run(args),
        Command::Load(args) => load::run(args),
    }
}
