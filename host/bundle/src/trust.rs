//! Whose signatures count, as a gate's configuration writes it: the same `signers` and `verify` as in a policy set.

use crate::{
    document::{Mistake, Mistakes, Positions},
    raw,
    sources::{Known, signed_by},
};
use serde_json::Value;
use std::collections::BTreeMap;
use tidegate_core::signer::{SignerKey, Who};

/// Who has to have signed, and by which keys they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// Who.
    pub who: Who,
    /// The keys of everybody who is named.
    pub keys: Vec<SignerKey>,
}

/// Reads `signers` and `verify` of the mapping at this place; `None` only together with a mistake. What the schema of the file says of it is
/// not said again.
pub fn read(value: &Value, pointer: &str, positions: &Positions) -> Result<Trust, Vec<Mistake>> {
    let mut mistakes = Mistakes::of(positions.file());
    let part = |key: &str| value.pointer(&format!("{pointer}/{key}")).cloned().unwrap_or_default();
    let signers: Option<BTreeMap<String, Vec<raw::SignerKey>>> = serde_json::from_value(part("signers")).ok();
    let verify: Option<raw::Verify> = serde_json::from_value(part("verify")).ok();
    let trust = signers.zip(verify).and_then(|(signers, verify)| {
        let (known, who) = signed_by(positions, &mut mistakes, pointer, &signers, &verify)?;
        let keys = known.into_iter().filter_map(|one| match one {
            Known::Key(key) => Some(key),
            Known::Identity(..) => None,
        });
        Some(Trust { who, keys: keys.collect() })
    });
    match trust {
        Some(trust) if mistakes.is_empty() => Ok(trust),
        _ => Err(mistakes.sorted()),
    }
}
