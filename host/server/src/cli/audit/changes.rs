//! `tidegate audit changes`: acts of power.

use super::{
    filters::Window,
    page::{self, Page},
    table::{Form, Table},
};
use crate::{
    api::stats::ChangeBody,
    cli::asked::{Gate, Undone},
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
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let mut asked = args.window.pairs();
    asked.extend(args.page.pairs());
    for (name, given) in [("kind", &args.kind), ("by", &args.by)] {
        asked.extend(given.iter().map(|value| (name, value.clone())));
    }
    let page = args.gate.ask(|gate| gate.changes(&asked))?;
    let head = ["at", "kind", "by", "what", "leaf"].map(str::to_owned).into();
    Table { head, rows: page.changes.iter().map(row).collect() }.print(&args.form, &page)?;
    page::ended(page.next.as_ref());
    Ok(())
}

fn row(one: &ChangeBody) -> Vec<String> {
    let ChangeBody { leaf_index, kind, at, by, what } = one;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![at.clone(), kind.clone(), text(by), text(what), leaf_index.to_string()]
}
