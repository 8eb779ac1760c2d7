//! Commands that ask a gate for something else than decisions: which gate, as whom, and how they end.

use crate::{
    cli::{exit::Exit, talk},
    client::{
        Failure, Server, Token, Trust,
        api::Api,
        credentials::{TokenError, VARIABLE},
        trust::TrustError,
    },
};
use std::path::PathBuf;

/// Which gate is asked, and as whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Gate {
    /// The gate
    #[arg(long, value_name = "URL", env = "TIDEGATE_SERVER")]
    server: Option<Server>,
    /// A file that holds the token to ask with; without it `TIDEGATE_TOKEN` does
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    tls: Tls,
}

/// How a gate behind TLS is known, and what it is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Tls {
    /// PEM file of the authorities that may vouch for the gate, in place of this machine's
    #[arg(long, value_name = "FILE", env = "TIDEGATE_CA")]
    ca: Option<PathBuf>,
    /// PEM file of the certificate to show, with its private key
    #[arg(long, value_name = "FILE", env = "TIDEGATE_CLIENT_CERTIFICATE")]
    client_certificate: Option<PathBuf>,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn trust(&self) -> Result<Trust, TrustError> {
        Trust::read(self.ca.as_deref(), self.client_certificate.as_deref())
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undone {
    /// The token to ask with.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// What came back.
    #[error(transparent)]
    Gate(#[from] Failure),
    /// The command line.
    #[error("{0}")]
    Usage(String),
    /// No gate was named.
    #[error("say which gate: `--server URL`, or `TIDEGATE_SERVER`")]
    NoServer,
    /// Standard output.
    #[error("cannot print: {0}")]
    Output(String),
    /// Documents to hand in.
    #[error("{0}")]
    Documents(String),
    /// The gate's own ledger.
    #[error("{0}")]
    Ledger(String),
}

impl Gate {
    /// Asks it something for which it asks others first.
    pub(crate) fn ask_patiently<T>(&self, ask: impl FnOnce(&Api<'_>) -> Result<T, Failure>) -> Result<T, Undone> {
        let server = self.server.as_ref().ok_or(Undone::NoServer)?;
        let token = Token::find(self.token_file.as_deref(), std::env::var(VARIABLE).ok())?;
        Ok(ask(&Api::patient(server, token, &self.tls.trust()?)?)?)
    }

    /// Asks it something.
    pub(crate) fn ask<T>(&self, ask: impl FnOnce(&Api<'_>) -> Result<T, Failure>) -> Result<T, Undone> {
        let server = self.server.as_ref().ok_or(Undone::NoServer)?;
        let token = Token::find(self.token_file.as_deref(), std::env::var(VARIABLE).ok())?;
        Ok(ask(&Api::new(server, token, &self.tls.trust()?)?)?)
    }
}

/// How the command ends.
pub(crate) fn exit(done: Result<(), Undone>) -> Exit {
    match done {
        Ok(()) => Exit::Allowed,
        Err(undone) => {
            talk::error(&undone);
            if let Undone::Gate(Failure::Refused { problem, .. }) = &undone {
                talk::hint(&problem.detail);
            }
            if matches!(undone, Undone::NoServer | Undone::Usage(_) | Undone::Token(_) | Undone::Trust(_)) {
                Exit::Usage
            } else {
                Exit::Undecided
            }
        }
    }
}

/// Prints what a gate answered, as JSON.
pub(crate) fn print(answer: &impl serde::Serialize) -> Result<(), Undone> {
    let said = |error: &dyn std::fmt::Display| Undone::Output(error.to_string());
    let text = serde_json::to_string_pretty(answer).map_err(|error| said(&error))?;
    talk::data(&(text + "\n")).map_err(|error| said(&error))
}
