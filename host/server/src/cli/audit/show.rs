//! `tidegate audit show`.

use super::source::Source;
use crate::{
    cli::{asked::Undone, talk},
    render::{Output, render},
};

/// A decision.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// Its id
    id: String,
    /// text, json, junit, sarif or github
    #[arg(long, value_name = "FORM", default_value_t = Output::Text)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let answer = args.source.decision(&args.id)?;
    talk::data(&render(&answer, args.output)).map_err(|error| Undone::Output(error.to_string()))
}
