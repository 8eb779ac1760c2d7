//! `tidegate ledger retain`.

use super::{
    acting::{GateArgs, one_admin},
    offline::{self, Undone},
};
use crate::{
    cli::{exit::Exit, talk},
    gate::{clock, record},
};
use std::{path::PathBuf, time::Duration};
use tidegate_ledger::ledger::retain::{Retained, Retaining};

/// Which record, and who runs it
///
/// What the configuration says under `retention` is how long bodies are kept. The gate of a folder must not run meanwhile; those of a
/// database may.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: GateArgs,
    /// A file with the token of a person who is an admin
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    admin: Option<PathBuf>,
    /// Say how much would go, and take nothing away
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(ran(args))
}

fn ran(args: &Args) -> Result<Exit, Undone> {
    let record = args.gate.record()?;
    let retention = record.config.retention();
    if retention.keeps_all() {
        talk::hint(&"the configuration says under `retention` how long bodies are kept; without it nothing goes");
    }
    let done = offline::runtime()?.block_on(record.with(async |ledger| match &args.admin {
        Some(file) if !args.dry_run => {
            let by = one_admin(ledger, file).await?;
            let (at, host_version) = (clock::now(), record::host_version());
            let retaining = Retaining { by, at, host_version, pause: Duration::ZERO };
            Ok(ledger.retain(&retention, &retaining).await?)
        }
        _ => Ok(ledger.retainable(&retention, clock::now()).await?),
    }))?;
    talk::data(&lines(&done)).map_err(Undone::Output)?;
    Ok(Exit::Allowed)
}

fn lines(done: &Retained) -> String {
    let mut text = String::new();
    if !done.leaves.is_empty() {
        let leaves: Vec<String> = done.leaves.iter().map(u64::to_string).collect();
        text.push_str(&format!("leaves: {}\n", leaves.join(", ")));
    }
    for went in &done.went {
        let (class, count, bytes) = (went.class.word(), went.count, went.bytes);
        text.push_str(&format!("{class}: {count} ({bytes} bytes), of decisions until {}\n", went.until));
    }
    if done.went.is_empty() {
        text.push_str("nothing goes\n");
    }
    text
}
