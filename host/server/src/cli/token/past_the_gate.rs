//! Tokens of a record, past its gate: the first one of all, and one that has to go while no gate answers.

use super::Undone;
use crate::{cli::record::PastTheGate, config::Config, identity::tokens::Tokens, service::private_folder};
use std::fmt::Display;
use tidegate_ledger::{ledger::Ledger, place::Place};

/// What becomes of a record that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    Made,
    Refused,
}

/// Does something to the tokens of that record, if one is named. A file is locked while its gate runs.
pub(super) fn with<T>(
    record: &PastTheGate,
    absent: Absent,
    work: impl AsyncFnOnce(&Tokens) -> Result<T, Undone>,
) -> Result<Option<T>, Undone> {
    let Some(place) = record.place().map_err(|error| said(&error))? else { return Ok(None) };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| said(&error))?;
    runtime.block_on(async {
        if absent == Absent::Refused && !place.holds_ledger().await.map_err(|error| said(&error))? {
            return Err(Undone::Ledger(format!("`{place}` holds no ledger")));
        }
        if let Place::File(path) = &place
            && let Some(folder) = path.parent()
        {
            private_folder(folder).map_err(|error| said(&error))?;
        }
        let ledger = Ledger::open(place, Config::default().ledger_config()).await.map_err(|error| said(&error))?;
        let done = match Tokens::load(ledger.clone()).await {
            Ok(tokens) => work(&tokens).await,
            Err(error) => Err(said(&error)),
        };
        ledger.close().await;
        done.map(Some)
    })
}

fn said(error: &dyn Display) -> Undone {
    Undone::Ledger(error.to_string())
}
