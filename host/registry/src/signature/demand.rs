//! Whose signatures are demanded.

use std::sync::Arc;
use tidegate_core::signer::{SignerKey, Who};

/// Whether a key signed that message. Keys and how they sign are somebody else's to know.
pub type Verifies = fn(&SignerKey, &[u8], &[u8]) -> bool;

/// Who has to have signed, and by which keys they are known.
#[derive(Debug, Clone)]
pub struct Demand {
    who: Who,
    keys: Vec<SignerKey>,
    verifies: Verifies,
}

/// A demand that anything, or nothing, would meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemandError {
    /// It names nobody.
    #[error("nobody is named whose signature counts; hint: name signers under `all_of` or `any_of`")]
    Nobody,
    /// Of somebody no key is known.
    #[error("there is no key of `{0}`, so that nothing could count as signed by them; hint: give their public key")]
    NoKey(Arc<str>),
}

impl Demand {
    /// Of these signers, by those of these keys that are theirs.
    pub fn new(who: Who, keys: &[SignerKey], verifies: Verifies) -> Result<Self, DemandError> {
        if who.names().is_empty() {
            return Err(DemandError::Nobody);
        }
        let keys: Vec<SignerKey> = keys.iter().filter(|key| who.names().contains(&key.signer)).cloned().collect();
        let known = |name: &&Arc<str>| keys.iter().any(|key| key.signer == **name);
        if let Some(unknown) = who.names().iter().find(|name| !known(name)) {
            return Err(DemandError::NoKey(unknown.clone()));
        }
        Ok(Self { who, keys, verifies })
    }

    /// Who.
    #[must_use]
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// The keys, of those who are named, that verify a signature of the message.
    pub(super) fn verified(&self, message: &[u8], signature: &[u8]) -> impl Iterator<Item = &SignerKey> {
        self.keys.iter().filter(move |key| (self.verifies)(key, message, signature))
    }
}
