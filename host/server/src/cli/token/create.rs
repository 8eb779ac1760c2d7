//! `tidegate token create`.

use super::{
    Gate, Undone,
    past_the_gate::{self, Absent},
};
use crate::{
    api::tokens::{Created, NewToken},
    cli::{record::PastTheGate, talk},
    identity::{
        holder::{Holder, HolderGrant},
        principal::ANONYMOUS,
        role::Role,
        tokens::{Tokens, TokensError},
    },
};

/// A token for one grant; ask the gate's `/v1/tokens` for several.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    record: PastTheGate,
    /// What the record calls its holder
    #[arg(long)]
    name: String,
    /// The person who holds it; without it the holder is a program
    #[arg(long)]
    person: Option<String>,
    /// Whose evidence it hands in and reads
    #[arg(long)]
    scope: Option<String>,
    /// What may be done with it: decide, override, confirm, audit, policy, operate, admin; several times for several
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// Where: a name, or the beginning of names with a trailing `*`; several times for several
    #[arg(long = "environment", value_name = "NAME", default_value = "*")]
    environments: Vec<String>,
    /// For which services: a name, or the beginning of names with a trailing `*`; several times for several
    #[arg(long = "service", value_name = "NAME", default_value = "*")]
    services: Vec<String>,
    /// How long it is good for, at most `366d`
    #[arg(long, value_name = "SPAN")]
    expires_in: String,
}

fn role(word: &str) -> Result<Role, String> {
    let all: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    Role::parse(word).ok_or_else(|| format!("no such role; known are {}", all.join(", ")))
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let grant = HolderGrant {
        roles: args.roles.iter().copied().collect(),
        environments: args.environments.clone(),
        services: args.services.clone(),
    };
    let holder =
        Holder { name: args.name.clone(), person: args.person.clone(), scope: args.scope.clone(), grants: vec![grant] };
    let asked = NewToken { holder, expires_in: args.expires_in.clone() };
    let created = match past_the_gate::with(&args.record, Absent::Made, async |tokens| create(tokens, &asked).await)? {
        Some(created) => created,
        None => args.gate.ask(|gate| gate.create_token(&asked))?,
    };
    talk::data(&format!("{}\n", created.token)).map_err(|error| Undone::Output(error.to_string()))?;
    talk::hint(&format!("its id is {}, and it is good until {}", created.id, created.expires_at));
    Ok(())
}

/// Whoever may write a gate's record may make its first token.
async fn create(tokens: &Tokens, asked: &NewToken) -> Result<Created, Undone> {
    let mistaken = |mistakes: &[crate::api::problem::PlacedError]| {
        let lines: Vec<String> = mistakes.iter().map(|one| format!("{}: {}", one.place, one.message)).collect();
        Undone::Ledger(lines.join("\n"))
    };
    let lifetime = asked.lifetime().map_err(|mistake| mistaken(&[mistake]))?;
    let made = tokens.create(&asked.holder, lifetime, ANONYMOUS).await.map_err(|error| match error {
        TokensError::Mistakes(mistakes) => mistaken(&mistakes),
        other => Undone::Ledger(other.to_string()),
    });
    made.map(|(secret, expires)| Created::new(&secret, expires))
}
