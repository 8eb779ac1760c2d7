//! `tidegate audit list`.

use super::{
    filters::{Filters, Pairs},
    page::{self, Page},
    source::Source,
    table::{Form, Table},
};
use crate::{
    api::found::{DecisionsBody, FoundBody},
    cli::asked::Undone,
};

/// Which decisions, and how many.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    form: Form,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    asked(args, args.filters.pairs())
}

/// Of those that somebody wished to deploy all the same.
pub(super) fn forced(args: &Args) -> Result<(), Undone> {
    let mut pairs = args.filters.pairs();
    if args.filters.forced.is_none() {
        pairs.push(("forced", "true".to_owned()));
    }
    asked(args, pairs)
}

fn asked(args: &Args, mut asked: Pairs) -> Result<(), Undone> {
    asked.extend(args.page.pairs());
    print(&args.source.decisions(&asked)?, &args.form)
}

/// A page, and below it where the next one begins.
fn print(page: &DecisionsBody, form: &Form) -> Result<(), Undone> {
    let head = HEAD.map(str::to_owned).into();
    Table { head, rows: page.decisions.iter().map(row).collect() }.print(form, page)?;
    page::ended(page.next.as_ref());
    Ok(())
}

pub(super) const HEAD: [&str; 10] = [
    "evaluated_at",
    "id",
    "environment",
    "services",
    "outcome",
    "permission",
    "blocking",
    "policy_set",
    "actor",
    "forced",
];

pub(super) fn row(one: &FoundBody) -> Vec<String> {
    let services: Vec<String> =
        one.services.iter().map(|service| format!("{}@{}", service.name, service.version)).collect();
    vec![
        one.evaluated_at.clone(),
        one.id.clone(),
        one.environment.clone(),
        services.join(" "),
        one.outcome.clone(),
        one.permission.clone(),
        one.blocking.to_string(),
        format!("{}@{}", one.policy_set, one.policy_version),
        one.actor.clone().unwrap_or_default(),
        one.forced.clone().unwrap_or_default(),
    ]
}
