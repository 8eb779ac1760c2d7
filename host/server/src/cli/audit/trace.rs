//! `tidegate audit trace`: where the time of a decision went.

use crate::{
    cli::{
        asked::{self, Gate, Undone},
        talk,
    },
    render::waterfall::waterfall,
};

/// Columns where nobody says how many there are.
const COLUMNS: u16 = 100;

/// A decision.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// Its id
    id: String,
    /// Columns to draw in [default: as many as the terminal has]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=500))]
    width: Option<u16>,
    /// The span tree as OTLP's JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let tree = args.gate.ask(|gate| gate.trace(&args.id))?;
    if args.json {
        return asked::print(&tree);
    }
    let terminal = || terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| columns.clamp(40, 500));
    let width = args.width.or_else(terminal).unwrap_or(COLUMNS);
    let drawn = waterfall(&tree, usize::from(width)).map_err(|error| Undone::Output(error.to_string()))?;
    talk::data(&drawn).map_err(|error| Undone::Output(error.to_string()))
}
