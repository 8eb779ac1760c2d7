//! `tidegate token list`.

use super::{
    Gate, Undone,
    past_the_gate::{self, Absent},
};
use crate::{
    api::tokens::{KeptToken, Tokens as AllTokens},
    cli::{record::PastTheGate, talk},
    gate::clock,
};
use tidegate_core::one_line::one_line;

/// All tokens.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    record: PastTheGate,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let all = match past_the_gate::with(&args.record, Absent::Refused, async |tokens| {
        Ok(AllTokens::of(&tokens.all(), clock::now()))
    })? {
        Some(all) => all,
        None => args.gate.ask(|gate| gate.tokens())?,
    };
    let lines: Vec<String> = all.tokens.iter().map(|token| line(token) + "\n").collect();
    talk::data(&lines.concat()).map_err(|error| Undone::Output(error.to_string()))
}

/// Whatever a gate answers, one line for each.
fn line(token: &KeptToken) -> String {
    let KeptToken { id, holder, state, expires_at, last_used_at, .. } = token;
    let name = holder.as_ref().map_or("?", |holder| holder.name.as_str());
    let roles: Vec<&str> = holder
        .iter()
        .flat_map(|holder| &holder.grants)
        .flat_map(|grant| &grant.roles)
        .map(|role| role.word())
        .collect();
    let used = last_used_at.as_deref().unwrap_or("never");
    let text = format!("{id}  {state:<8}  {name}  {}  until {expires_at}  last used {used}", roles.join(","));
    one_line(&text, 500).to_string()
}
