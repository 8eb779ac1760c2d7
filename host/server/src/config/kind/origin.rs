//! Which ledger checkpoints are of.

use crate::config::{kind::Given, mistake::Refused};
use tidegate_ledger::checkpoint::{Origin, OriginError};

/// A name of one word.
pub(in crate::config) fn read(given: Given<'_>) -> Result<Option<Origin>, Refused> {
    given.text()?.parse().map(Some).map_err(|error: OriginError| Refused::because(error.to_string()))
}

/// As it is read.
pub(in crate::config) fn show(origin: &Option<Origin>) -> Vec<String> {
    origin.iter().map(Origin::to_string).collect()
}
