//! `tidegate audit changes`: acts of power.

use super::{
    filters::Window,
    table::{Form, Table},
};
use crate::{
    api::stats::ChangeBody,
    cli::{
        asked::{Gate, Undone},
        talk,
    },
};

/// Which acts, and how many.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// Only of this kind, in the words of leaves: `bundle_activated`, `token_created`, `ledger_read`, … [default: all but
    /// `ledger_read`]
    #[arg(long)]
    kind: Option<String>,
    /// Only by this one
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    window: Window,
    /// So many, 500 at most
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// Where the page before ended, as it said
    #[arg(long)]
    cursor: Option<String>,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let mut asked = args.window.pairs();
    asked.push(("limit", args.limit.to_string()));
    for (name, given) in [("kind", &args.kind), ("by", &args.by), ("cursor", &args.cursor)] {
        asked.extend(given.iter().map(|value| (name, value.clone())));
    }
    let page = args.gate.ask(|gate| gate.changes(&asked))?;
    let head = ["at", "kind", "by", "what", "leaf"].map(str::to_owned).into();
    Table { head, rows: page.changes.iter().map(row).collect() }.print(&args.form, &page)?;
    if let Some(next) = &page.next {
        talk::note(&format!("there are more: `--cursor {next}`"));
    }
    Ok(())
}

fn row(one: &ChangeBody) -> Vec<String> {
    let ChangeBody { leaf_index, kind, at, by, what } = one;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![at.clone(), kind.clone(), text(by), text(what), leaf_index.to_string()]
}
