//! `tidegate demo`

use crate::{
    cli::{exit::Exit, talk},
    demo,
};

/// See the gate decide: builds the shipped plugins, starts a gate on a free loopback port, and sends it two of the examples.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Go on serving afterwards, until Ctrl-C.
    #[arg(long)]
    pub keep: bool,
    /// See a deployment watched instead: its error rate climbs, it is rolled back, and somebody is told. Takes a minute, and needs `prometheus`.
    #[arg(long)]
    pub watch: bool,
}

/// Shows the gate at work.
#[must_use]
pub fn run(args: &Args) -> Exit {
    let after = if args.keep { demo::Afterwards::Serve } else { demo::Afterwards::Stop };
    let shown = if args.watch { demo::Shown::Watched } else { demo::Shown::Decisions };
    match demo::run(shown, after) {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}
