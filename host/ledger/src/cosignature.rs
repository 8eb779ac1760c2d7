//! Cosignatures (C2SP tlog-cosignature, `cosignature/v1`): a witness says when it saw a checkpoint that goes on from all it saw before.

use crate::{
    note::{self, KeyOf, KeyTextError, NoteError},
    signing_key::{self, KeyError},
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use std::{fmt, path::Path, str::FromStr, time::Duration};
use tidegate_core::time::Timestamp;
use zeroize::Zeroizing;

/// The public half of a witness's key; written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Witness {
    fn new(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), id: note::key_id(name, KeyOf::Witness, &key), key }
    }

    /// Whose it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name and id, as errors show them.
    #[must_use]
    pub fn shown(&self) -> String {
        note::shown(&self.name, self.id)
    }

    /// When this witness says that it saw the checkpoint of this note, to the second: the last time, where it says so several times.
    pub fn saw(&self, note: &str) -> Result<Timestamp, NoteError> {
        let (text, lines) = note::parts(note)?;
        let mut last = None;
        for (name, bytes) in lines {
            let Some((id, cosignature)) = bytes.split_first_chunk::<4>() else {
                return Err(NoteError::Malformed { what: "a signature is too short" });
            };
            if name != self.name || *id != self.id {
                continue;
            }
            let seconds = self.verified(text, cosignature);
            last = last.max(Some(seconds.ok_or_else(|| NoteError::BadSignature { key: self.shown() })?));
        }
        let seconds = last.ok_or_else(|| NoteError::Unsigned { key: self.shown() })?;
        Ok(Timestamp::from_nanos(0).plus(Duration::from_secs(seconds)))
    }

    /// The seconds in a cosignature that holds.
    fn verified(&self, text: &str, cosignature: &[u8]) -> Option<u64> {
        let (seconds, signature) = cosignature.split_first_chunk::<8>()?;
        let seconds = u64::from_be_bytes(*seconds);
        let signature = Signature::from_slice(signature).ok()?;
        self.key.verify_strict(signed(text, seconds).as_bytes(), &signature).ok().map(|()| seconds)
    }
}

/// What is signed.
fn signed(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&note::public_text(&self.name, KeyOf::Witness, &self.key))
    }
}

impl FromStr for Witness {
    type Err = KeyTextError;
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let (name, key) = note::read_public(text, KeyOf::Witness)?;
        Ok(Self::new(name, key))
    }
}

/// What a witness cosigns with. Shows nothing of itself.
pub struct Cosigner {
    witness: Witness,
    key: SigningKey,
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.witness.shown())
    }
}

impl Cosigner {
    fn new(name: &str, key: SigningKey) -> Self {
        Self { witness: Witness::new(name, key.verifying_key()), key }
    }

    /// The key in this file, as [`Cosigner::make`] wrote it.
    pub fn read(file: &Path) -> Result<Self, KeyError> {
        let text = signing_key::text_of(file)?;
        let read = note::read_private(text.trim_end(), KeyOf::Witness);
        let (name, key) = read.map_err(|cause| KeyError::Text { file: file.to_owned(), cause })?;
        Ok(Self::new(name, key))
    }

    /// A key of this name in a new file, for its owner alone.
    pub fn make(file: &Path, name: &str) -> Result<Self, KeyError> {
        let refused = |cause| KeyError::File { file: file.to_owned(), cause };
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|cause| refused(cause.into()))?;
        let key = SigningKey::from_bytes(&seed);
        signing_key::keep(file, &note::private_text(name, KeyOf::Witness, &key)).map_err(refused)?;
        Ok(Self::new(name, key))
    }

    /// The public half.
    #[must_use]
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The note with the signatures of others as they were, and this witness's as of that moment, to the second.
    pub fn cosign(&self, note: &str, at: Timestamp) -> Result<String, NoteError> {
        let (text, lines) = note::parts(note)?;
        let mut cosigned = format!("{text}\n");
        for (name, bytes) in lines {
            let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
                return Err(NoteError::Malformed { what: "a signature is too short" });
            };
            if name != self.witness.name || *id != self.witness.id {
                cosigned.push_str(&note::line(name, *id, signature));
            }
        }
        let seconds = at.since(Timestamp::from_nanos(0)).as_secs();
        let signature = self.key.sign(signed(text, seconds).as_bytes()).to_bytes();
        let signature = [&seconds.to_be_bytes()[..], &signature].concat();
        cosigned.push_str(&note::line(&self.witness.name, self.witness.id, &signature));
        Ok(cosigned)
    }
}

#[cfg(test)]
mod tests;
