//! `tidegate token`: who may ask a gate.

mod create;
mod list;
mod revoke;

use crate::{
    cli::{exit::Exit, talk},
    client::{
        Failure, Server, Token,
        credentials::{TokenError, VARIABLE},
        tokens::TokensOf,
    },
};
use std::path::PathBuf;

/// A command on tokens.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a token, and print it: it is shown this once
    Create(create::Args),
    /// Print all tokens, without their secrets
    List(list::Args),
    /// Make a token good for nothing
    Revoke(revoke::Args),
}

/// Which gate is asked, and as whom.
#[derive(Debug, clap::Args)]
pub(super) struct Gate {
    /// The gate
    #[arg(long, value_name = "URL", env = "TIDEGATE_SERVER")]
    server: Option<Server>,
    /// A file that holds the token to ask with; without it `TIDEGATE_TOKEN` does
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Why a command on tokens did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undone {
    /// The token to ask with.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// What came back.
    #[error(transparent)]
    Gate(#[from] Failure),
    /// No gate was named.
    #[error("say which gate: `--server URL`, or `TIDEGATE_SERVER`")]
    NoServer,
    /// Standard output.
    #[error("cannot print: {0}")]
    Output(String),
    /// The gate's own ledger.
    #[error("{0}")]
    Ledger(String),
}

impl Gate {
    /// Does something with the tokens of the gate.
    pub(super) fn ask<T>(&self, ask: impl FnOnce(&TokensOf<'_>) -> Result<T, Failure>) -> Result<T, Undone> {
        let server = self.server.as_ref().ok_or(Undone::NoServer)?;
        let token = Token::find(self.token_file.as_deref(), std::env::var(VARIABLE).ok())?;
        Ok(ask(&TokensOf::new(server, token)?)?)
    }
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    let done = match command {
        Command::Create(args) => create::run(args),
        Command::List(args) => list::run(args),
        Command::Revoke(args) => revoke::run(args),
    };
    match done {
        Ok(()) => Exit::Allowed,
        Err(undone) => {
            talk::error(&undone);
            if let Undone::Gate(Failure::Refused { problem, .. }) = &undone {
                talk::hint(&problem.detail);
            }
            if matches!(undone, Undone::NoServer | Undone::Token(_)) { Exit::Usage } else { Exit::Undecided }
        }
    }
}
