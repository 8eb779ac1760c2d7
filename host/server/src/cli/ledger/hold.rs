//! `tidegate ledger hold`.

use super::{
    acting::{GateArgs, one_admin},
    offline::{self, Undone},
};
use crate::{
    cli::{exit::Exit, talk},
    gate::{clock, record},
    render::escape::terminal,
};
use serde_json::json;
use std::{path::PathBuf, sync::Arc};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::{Timestamp, TimestampError},
};
use tidegate_ledger::{
    hold::{Held, Hold, HoldLift, NewHold},
    id::DecisionId,
};

/// Characters of one text that are shown, at most.
const TEXT_CHARS_MAX: usize = 200;

/// What becomes of a hold
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Hold decisions: nothing that they are made of is deleted or redacted
    Place(PlaceArgs),
    /// End a hold that somebody else placed
    Lift(LiftArgs),
    /// Say which holds there are and were
    List(ListArgs),
}

/// Which decisions are held
///
/// Those that all of what is said here fits, also ones that come later. The gate of a folder must not run meanwhile; those of a database may.
#[derive(Debug, clap::Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    gate: GateArgs,
    /// What the hold is called: no two are called the same
    name: Arc<str>,
    /// This decision
    #[arg(long, value_name = "ID")]
    decision: Option<DecisionId>,
    /// Those about this service
    #[arg(long, value_name = "NAME")]
    service: Option<ServiceName>,
    /// Those about this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
    /// Those judged at this moment or later, e.g. `2026-03-31T00:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Timestamp>,
    /// Those judged before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Arc<str>,
    /// Where it is written down
    #[arg(long, value_name = "TICKET")]
    ticket: Option<Arc<str>>,
    /// A file with the token of a person who is an admin
    #[arg(long, value_name = "FILE")]
    admin: PathBuf,
}

/// Which hold ends
#[derive(Debug, clap::Args)]
pub struct LiftArgs {
    #[command(flatten)]
    gate: GateArgs,
    /// What the hold is called
    name: Arc<str>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Arc<str>,
    /// A file with the token of a person who is an admin, and did not place it
    #[arg(long, value_name = "FILE")]
    admin: PathBuf,
}

/// Of which record
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    gate: GateArgs,
    /// JSON in place of lines
    #[arg(long)]
    json: bool,
}

fn moment(text: &str) -> Result<Timestamp, TimestampError> {
    Timestamp::parse(text)
}

pub(super) fn run(command: &Command) -> Exit {
    offline::ended(match command {
        Command::Place(args) => placed(args),
        Command::Lift(args) => lifted(args),
        Command::List(args) => listed(args),
    })
}

fn placed(args: &PlaceArgs) -> Result<Exit, Undone> {
    let record = args.gate.record()?;
    let held = Held {
        decision: args.decision.clone(),
        service: args.service.clone(),
        environment: args.environment.clone(),
        from: args.from,
        until: args.until,
    };
    let done = offline::runtime()?.block_on(record.with(async |ledger| {
        let by = one_admin(ledger, &args.admin).await?;
        let (name, reason, ticket) = (args.name.clone(), args.reason.clone(), args.ticket.clone());
        let hold = NewHold { name, held, by, reason, ticket };
        Ok(ledger.place_hold(hold, clock::now(), record::host_version()).await?)
    }))?;
    talk::data(&format!("leaf: {}\n", done.leaf_index)).map_err(Undone::Output)?;
    Ok(Exit::Allowed)
}

fn lifted(args: &LiftArgs) -> Result<Exit, Undone> {
    let record = args.gate.record()?;
    let done = offline::runtime()?.block_on(record.with(async |ledger| {
        let by = one_admin(ledger, &args.admin).await?;
        let lift = HoldLift { name: args.name.clone(), by, reason: args.reason.clone() };
        Ok(ledger.lift_hold(lift, clock::now(), record::host_version()).await?)
    }))?;
    talk::data(&format!("leaf: {}\n", done.leaf_index)).map_err(Undone::Output)?;
    Ok(Exit::Allowed)
}

fn listed(args: &ListArgs) -> Result<Exit, Undone> {
    let record = args.gate.record()?;
    let holds = offline::runtime()?.block_on(record.with(async |ledger| Ok(ledger.legal_holds().await?)))?;
    let text = if args.json {
        format!("{:#}\n", json!({ "holds": holds.iter().map(as_json).collect::<Vec<_>>() }))
    } else {
        holds.iter().map(line).collect()
    };
    talk::data(&text).map_err(Undone::Output)?;
    Ok(Exit::Allowed)
}

fn as_json(hold: &Hold) -> serde_json::Value {
    let Held { decision, service, environment, from, until } = &hold.placed.held;
    json!({
        "name": hold.placed.name,
        "leaf_index": hold.leaf_index,
        "placed_at": hold.at.to_string(),
        "placed_by": hold.placed.by,
        "reason": hold.placed.reason,
        "ticket": hold.placed.ticket,
        "decision": decision.as_ref().map(DecisionId::as_str),
        "service": service.as_ref().map(ToString::to_string),
        "environment": environment.as_ref().map(ToString::to_string),
        "from": from.map(|at| at.to_string()),
        "until": until.map(|at| at.to_string()),
        "lifted_at": hold.lifted.as_ref().map(|lifted| lifted.at.to_string()),
        "lifted_by": hold.lifted.as_ref().map(|lifted| lifted.by.clone()),
        "lift_reason": hold.lifted.as_ref().map(|lifted| lifted.reason.clone()),
    })
}

fn line(hold: &Hold) -> String {
    let Held { decision, service, environment, from, until } = &hold.placed.held;
    let shown = |text: &str| terminal(text, TEXT_CHARS_MAX).to_string();
    let mut text = format!("{}: placed {} by {}", shown(&hold.placed.name), hold.at, shown(&hold.placed.by));
    let parts = [
        ("decision", decision.as_ref().map(|id| id.as_str().to_owned())),
        ("service", service.as_ref().map(ToString::to_string)),
        ("environment", environment.as_ref().map(ToString::to_string)),
        ("from", from.map(|at| at.to_string())),
        ("until", until.map(|at| at.to_string())),
        ("ticket", hold.placed.ticket.as_ref().map(|ticket| shown(ticket))),
        ("reason", Some(shown(&hold.placed.reason))),
    ];
    for (what, value) in parts {
        if let Some(value) = value {
            text.push_str(&format!(", {what} {value}"));
        }
    }
    if let Some(lifted) = &hold.lifted {
        text.push_str(&format!("; lifted {} by {}, reason {}", lifted.at, shown(&lifted.by), shown(&lifted.reason)));
    }
    text.push('\n');
    text
}
