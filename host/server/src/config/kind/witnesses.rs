//! Witnesses by their public keys.

use crate::config::{kind::Given, mistake::Refused};
use tidegate_bundle::document::quoted;
use tidegate_ledger::cosignature::Witness;

/// At least one key, each of another witness.
pub(in crate::config) fn read(given: Given<'_>) -> Result<Vec<Witness>, Refused> {
    let mut witnesses: Vec<Witness> = Vec::with_capacity(given.texts.len());
    for text in given.texts {
        let witness: Witness = text.parse().map_err(|error| {
            Refused::because(format!("{} is no witness: {error}", quoted(text)))
                .hint("`tidegate ledger witness` prints its key when it makes one")
        })?;
        if witnesses.iter().any(|known| known.name() == witness.name()) {
            return Err(Refused::because(format!("witness {} is named twice", quoted(witness.name()))));
        }
        witnesses.push(witness);
    }
    Ok(witnesses)
}

/// As they are read.
pub(in crate::config) fn show(witnesses: &[Witness]) -> Vec<String> {
    witnesses.iter().map(Witness::to_string).collect()
}
