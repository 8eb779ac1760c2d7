//! `tidegate ledger redact`.

use super::{
    acting::{GateArgs, two_admins},
    offline::{self, Undone},
};
use crate::{
    cli::{exit::Exit, talk},
    gate::{clock, record},
};
use std::{path::PathBuf, sync::Arc};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    id::DecisionId,
    ledger::redact::{Redacting, erase},
    removal::{Target, Weight},
};

/// What goes, and who wants it
///
/// With a document or another body goes what was said of it in every decision that had it: what stages and candidates said, span trees, what
/// notices say. A person is looked for by name in all texts and bodies; policies and plugins stay, and how many of them have the name
/// is printed. The leaves stay and verify; one more says what went, who wanted it and why. What a legal hold keeps is refused. The gate of a
/// folder must not run meanwhile; those of a database may. Backups of before still have it.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["decision", "body", "person"])))]
pub struct Args {
    #[command(flatten)]
    gate: GateArgs,
    /// The decision whose documents go
    #[arg(long, value_name = "ID", requires = "evidence")]
    decision: Option<DecisionId>,
    /// The name under which they were handed in: `name` or `name@service`
    #[arg(long, value_name = "NAME", requires = "decision")]
    evidence: Option<Arc<str>>,
    /// A document or another body, by its digest
    #[arg(long, value_name = "DIGEST")]
    body: Option<String>,
    /// A person, by their name as the record has it
    #[arg(long, value_name = "NAME")]
    person: Option<Arc<str>>,
    /// Why; it stands in the record, so it names nobody and repeats nothing of what goes
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    reason: Option<Arc<str>>,
    /// Where it is written down
    #[arg(long, value_name = "TICKET")]
    ticket: Option<Arc<str>>,
    /// A file with the token of a person who is an admin; twice, of two persons
    #[arg(long = "admin", value_name = "FILE", required_unless_present = "dry_run")]
    admins: Vec<PathBuf>,
    /// Say how much would go, and take nothing away
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(redacted(args))
}

fn target(args: &Args) -> Result<Target, Undone> {
    if let (Some(decision), Some(label)) = (&args.decision, &args.evidence) {
        return Ok(Target::Evidence { decision: decision.clone(), label: label.clone() });
    }
    if let Some(person) = &args.person {
        return Ok(Target::Person(person.clone()));
    }
    Digest::parse(args.body.as_deref().unwrap_or_default()).map(Target::Body).map_err(Undone::Digest)
}

fn redacted(args: &Args) -> Result<Exit, Undone> {
    let (target, record) = (target(args)?, args.gate.record()?);
    let runtime = offline::runtime()?;
    if args.dry_run {
        let found =
            runtime.block_on(record.with(async |ledger| Ok(ledger.redactable(&target, clock::now()).await?)))?;
        let text = format!("{}notices: {}\npolicies: {}\n", lines(found.weight()), found.notices(), found.policies);
        talk::data(&text).map_err(Undone::Output)?;
        return Ok(Exit::Allowed);
    }
    let reason = args.reason.clone().unwrap_or_default();
    let (policies, done) = runtime.block_on(async {
        let done = record
            .with(async |ledger| {
                let by = two_admins(ledger, &args.admins).await?;
                let policies = ledger.redactable(&target, clock::now()).await?.policies;
                let (ticket, at, host_version) = (args.ticket.clone(), clock::now(), record::host_version());
                let redacting = Redacting { by, reason, ticket, at, host_version };
                Ok((policies, ledger.redact(target, redacting).await?))
            })
            .await?;
        erase(record.place.clone(), &record.ledger_config()).await.map_err(Undone::Erase)?;
        Ok::<_, Undone>(done)
    })?;
    let leaves: Vec<String> = done.leaves.iter().map(u64::to_string).collect();
    talk::data(&format!("leaves: {}\n{}", leaves.join(", "), lines(done.weight))).map_err(Undone::Output)?;
    if policies > 0 {
        talk::hint(&format!("{policies} bodies of policies or configurations have the name, and stay"));
    }
    talk::hint(&"backups of before this still have what went: make a new one, and let go of those");
    Ok(Exit::Allowed)
}

fn lines(Weight { bodies, bytes, texts }: Weight) -> String {
    format!("bodies: {bodies} ({bytes} bytes)\ntexts: {texts}\n")
}
