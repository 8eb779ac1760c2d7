//! `tidegate ledger cost`.

use crate::{
    cli::{
        exit::Exit,
        record::{NoRecord, RecordArgs},
        talk,
    },
    config::Config,
    gate::clock,
};
use serde_json::json;
use std::io;
use tidegate_ledger::{
    cost::{self, Cost, Size},
    error::ReadError,
};

/// Which record
///
/// The record is only read: the gate may serve meanwhile. Nothing of it is deleted by rule yet, so a year is shown without that.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
    /// JSON in place of a table
    #[arg(long)]
    json: bool,
}

/// Why it was not weighed.
#[derive(Debug, thiserror::Error)]
enum Unweighed {
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("cannot write what was weighed: {0}")]
    Output(io::Error),
}

pub(super) fn run(args: &Args) -> Exit {
    match weighed(args) {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}

fn weighed(args: &Args) -> Result<(), Unweighed> {
    let runtime = tokio::runtime::Runtime::new().map_err(Unweighed::Begin)?;
    let cost = runtime.block_on(async {
        let place = args.record.place().await?;
        Ok::<_, Unweighed>(cost::of(place, &Config::default().ledger_config(), clock::now()).await?)
    })?;
    let text = if args.json { as_json(&cost) } else { table(&cost) };
    talk::data(&text).map_err(Unweighed::Output)
}

fn table(cost: &Cost) -> String {
    let mut text = format!("{:<28}{:>12}{:>18}{:>18}\n", "what", "count", "bytes", "uncompressed");
    for (what, sizes) in [("leaf", &cost.leaves), ("body", &cost.bodies)] {
        for Size { kind, count, bytes, plain_bytes } in sizes {
            let what = format!("{what} {kind}");
            text.push_str(&format!("{what:<28}{count:>12}{bytes:>18}{plain_bytes:>18}\n"));
        }
    }
    let other = cost.other_bytes();
    text.push_str(&format!("{:<28}{:>12}{other:>18}\n", "tree, tables, indexes", ""));
    text.push_str(&format!("{:<28}{:>12}{:>18}\n", "all", "", cost.database_bytes));
    let each = cost.decision_bytes().map_or("no decision yet".to_owned(), |bytes| bytes.to_string());
    text.push_str(&format!("bytes a decision: {each}\n"));
    text.push_str(&format!("bytes a day, over {} days: {}\n", cost.recent.days, cost.day_bytes()));
    text.push_str(&format!("bytes in a year, when nothing is deleted: {}\n", cost.year_bytes()));
    text
}

fn as_json(cost: &Cost) -> String {
    let sizes = |sizes: &[Size]| -> Vec<_> {
        let size = |Size { kind, count, bytes, plain_bytes }: &Size| json!({ "kind": kind, "count": count, "bytes": bytes, "plain_bytes": plain_bytes });
        sizes.iter().map(size).collect()
    };
    let all = json!({
        "leaves": sizes(&cost.leaves),
        "bodies": sizes(&cost.bodies),
        "other_bytes": cost.other_bytes(),
        "database_bytes": cost.database_bytes,
        "decisions": cost.decisions,
        "decision_bytes": cost.decision_bytes(),
        "recent": {
            "days": cost.recent.days,
            "decisions": cost.recent.decisions,
            "bytes": cost.recent.bytes,
        },
        "day_bytes": cost.day_bytes(),
        "year_bytes": cost.year_bytes(),
    });
    format!("{all:#}\n")
}

#[cfg(test)]
mod tests {
    use super::{as_json, table};
    use tidegate_ledger::cost::{Cost, Recent, Size};

    fn cost() -> Cost {
        let size = |kind: &str, bytes| Size { kind: kind.to_owned(), count: 2, bytes, plain_bytes: bytes };
        Cost {
            leaves: vec![size("decision", 300)],
            bodies: vec![size("evidence", 700)],
            database_bytes: 2_000,
            decisions: 10,
            recent: Recent { days: 5, decisions: 2, bytes: 100 },
        }
    }

    #[test]
    fn the_table_adds_up_to_the_whole() {
        let text = table(&cost());
        let bytes = |what: &str| {
            let line = text.lines().find(|line| line.starts_with(what)).unwrap();
            line.split_whitespace().filter_map(|word| word.parse::<u64>().ok()).find(|bytes| *bytes > 2).unwrap()
        };
        let parts = ["leaf decision", "body evidence", "tree, tables, indexes"].map(bytes);
        assert_eq!(parts.iter().sum::<u64>(), bytes("all"));
        assert!(
            text.ends_with("bytes a day, over 5 days: 40\nbytes in a year, when nothing is deleted: 16600\n"),
            "{text}"
        );
    }

    #[test]
    fn the_json_says_what_the_table_says() {
        let json: serde_json::Value = serde_json::from_str(&as_json(&cost())).unwrap();
        assert_eq!((&json["other_bytes"], &json["decision_bytes"]), (&1_000.into(), &200.into()));
        assert_eq!((&json["day_bytes"], &json["year_bytes"]), (&40.into(), &16_600.into()));
        assert_eq!(json["bodies"][0]["kind"], "evidence");
    }
}
