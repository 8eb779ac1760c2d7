//! What commands have in common that a person does to the record itself: which record, and who it is.

use super::offline::{self, Undone};
use crate::{
    client::Token,
    config::{Config, environment, flags::Flags},
    gate::clock,
    identity::{role::Role, tokens::Tokens},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger, place::Place};

/// Of which gate the record is.
#[derive(Debug, clap::Args)]
pub(super) struct GateArgs {
    /// The configuration of the gate
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// The folder of the gate
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
}

/// A record that is opened to be changed.
pub(super) struct Record {
    pub(super) config: Config,
    pub(super) place: Place,
}

impl GateArgs {
    pub(super) fn record(&self) -> Result<Record, Undone> {
        let flags = Flags { config: self.config.clone(), data_dir: self.data_dir.clone(), ..Flags::default() };
        let config = Config::load(&flags, environment()).map_err(Undone::Config)?;
        let place = offline::place(&config)?;
        Ok(Record { config, place })
    }
}

impl Record {
    pub(super) fn ledger_config(&self) -> LedgerConfig {
        LedgerConfig { checkpoints: Some(self.config.checkpoint_config()), ..self.config.ledger_config() }
    }

    /// Does something to the record, and lets go of it.
    pub(super) async fn with<T>(&self, work: impl AsyncFnOnce(&Ledger) -> Result<T, Undone>) -> Result<T, Undone> {
        let ledger = Ledger::open(self.place.clone(), self.ledger_config()).await?;
        let done = work(&ledger).await;
        ledger.close().await;
        done
    }
}

/// Two persons, each by the token in a file.
pub(super) async fn two_admins(ledger: &Ledger, files: &[PathBuf]) -> Result<[Arc<str>; 2], Undone> {
    let [one, other] = files else { return Err(Undone::NotTwo { given: files.len() }) };
    let tokens = Tokens::load(ledger.clone()).await?;
    Ok([admin(&tokens, one)?, admin(&tokens, other)?])
}

/// One person, by the token in a file.
pub(super) async fn one_admin(ledger: &Ledger, file: &Path) -> Result<Arc<str>, Undone> {
    admin(&Tokens::load(ledger.clone()).await?, file)
}

/// The person whose token is in this file: somebody who is an admin of everything.
pub(super) fn admin(tokens: &Tokens, file: &Path) -> Result<Arc<str>, Undone> {
    let no_admin = || Undone::NoAdmin { file: file.to_owned() };
    let token = Token::find(Some(file), None)?.ok_or_else(no_admin)?;
    let known = tokens.authenticate(token.text(), clock::now());
    let principal = known.map_err(|cause| Undone::Unbelieved { file: file.to_owned(), cause })?;
    if !principal.may_throughout(Role::Admin, None, None) {
        return Err(no_admin());
    }
    principal.person.clone().ok_or_else(|| Undone::NoPerson { file: file.to_owned() })
}
