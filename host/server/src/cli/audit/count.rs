//! `tidegate audit blockers | rules | overrides | waivers | plugins | would-block`: decisions counted.

use super::{
    filters::Window,
    table::{Form, Table},
};
use crate::{
    api::stats::StatsBody,
    cli::{
        asked::{Gate, Undone},
        talk,
    },
};
use serde_json::Value;
use tidegate_ledger::stats::Stat;

/// When, and in which form.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    window: Window,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(args: &Args, stat: Stat) -> Result<(), Undone> {
    let body = args.gate.ask(|gate| gate.stats(stat.word(), &args.window.pairs()))?;
    table(&body).print(&args.form, &body)?;
    talk::note(&format!("{} decisions from {} to {}", body.decisions, body.from, body.to));
    if body.more {
        talk::note(&"there are more rows than are shown");
    }
    Ok(())
}

fn table(body: &StatsBody) -> Table {
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let row = |row: &serde_json::Map<String, Value>| body.columns.iter().map(|column| cell(row.get(column))).collect();
    Table { head: body.columns.clone(), rows: body.rows.iter().map(row).collect() }
}
