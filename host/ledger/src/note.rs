//! C2SP signed notes with Ed25519: a text, an empty line, and lines that say who signed it.
//!
//! Keys are written as the Go implementation of notes writes them, so that its tools read them too.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use std::{fmt, str::FromStr};
use tidegate_core::digest::Digest;
use zeroize::Zeroizing;

/// A note's bytes, at most: room for many signatures of witnesses.
pub const NOTE_BYTES_MAX: usize = 128 << 10;
/// Signatures that are looked at, at most.
const SIGNATURES_MAX: usize = 100;
/// Bytes of a key's name, at most.
const NAME_BYTES_MAX: usize = 255;
/// What a private key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
/// What a line of a signature begins with.
const DASH: &str = "— ";

/// What keys are for, as their first byte says it: both are Ed25519, and the one never stands for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyOf {
    /// Whoever writes the note.
    Log = 1,
    /// A witness, who says when it saw it.
    Witness = 4,
}

/// Why a note does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is larger than notes may be.
    #[error("a note of {used} bytes, {allowed} allowed")]
    TooLarge {
        /// Its bytes.
        used: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// It is no note at all.
    #[error("it is not a signed note: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Others may have signed it, this key did not.
    #[error("it is not signed by `{key}`")]
    Unsigned {
        /// Name and id of the key.
        key: String,
    },
    /// It names the key, but the signature is of another text or of nobody.
    #[error("the signature of `{key}` does not hold")]
    BadSignature {
        /// Name and id of the key.
        key: String,
    },
}

/// A text that is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Of another form.
    #[error("it is not a key for notes: expected `{expected}`")]
    Malformed {
        /// The form.
        expected: &'static str,
    },
    /// The id in it is that of another key or name.
    #[error("the key's id is not that of its name and bytes")]
    OtherId,
}

/// Whether something may be a key's name: no spaces, no `+`, nothing unprintable.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let odd = |c: char| c == '+' || c.is_whitespace() || c.is_control();
    (1..=NAME_BYTES_MAX).contains(&name.len()) && !name.contains(odd)
}

/// What notes are verified with; written `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), id: key_id(name, KeyOf::Log, &key), key }
    }

    /// Whose it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name and id, as errors show them.
    #[must_use]
    pub fn shown(&self) -> String {
        shown(&self.name, self.id)
    }

    /// The text of a note that this key signed. Signatures of others are not looked at.
    pub fn text<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, lines) = parts(note)?;
        let mut signed = false;
        for (name, bytes) in lines {
            let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
                return Err(NoteError::Malformed { what: "a signature is too short" });
            };
            if name != self.name || *id != self.id {
                continue;
            }
            let holds = Signature::from_slice(signature)
                .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok());
            if !holds {
                return Err(NoteError::BadSignature { key: self.shown() });
            }
            signed = true;
        }
        if signed { Ok(text) } else { Err(NoteError::Unsigned { key: self.shown() }) }
    }
}

type Lines<'a> = Vec<(&'a str, Vec<u8>)>;

/// The id of a key: of its name, what it is for, and its bytes.
pub(crate) fn key_id(name: &str, of: KeyOf, key: &VerifyingKey) -> [u8; 4] {
    let bytes = [name.as_bytes(), &[b'\n', of as u8], key.as_bytes()].concat();
    let [a, b, c, d, ..] = *Digest::of(&bytes).as_bytes();
    [a, b, c, d]
}

/// Name and id of a key.
pub(crate) fn shown(name: &str, id: [u8; 4]) -> String {
    format!("{name}+{:08x}", u32::from_be_bytes(id))
}

/// The public half of a key: `name+id+key`.
pub(crate) fn public_text(name: &str, of: KeyOf, key: &VerifyingKey) -> String {
    let bytes = [&[of as u8][..], key.as_bytes()].concat();
    format!("{}+{}", shown(name, key_id(name, of, key)), BASE64_STANDARD.encode(bytes))
}

/// Name and key of a public half.
pub(crate) fn read_public(text: &str, of: KeyOf) -> Result<(&str, VerifyingKey), KeyTextError> {
    let malformed = KeyTextError::Malformed { expected: "name+id+key" };
    let (name, id, bytes) = key_parts(text, of).ok_or(malformed)?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| malformed)?;
    if key.is_weak() {
        return Err(malformed);
    }
    if format!("{name}+{id}") == shown(name, key_id(name, of, &key)) {
        Ok((name, key))
    } else {
        Err(KeyTextError::OtherId)
    }
}

/// A private key as a file holds it: `PRIVATE+KEY+name+id+key`.
pub(crate) fn private_text(name: &str, of: KeyOf, key: &SigningKey) -> Zeroizing<String> {
    let bytes = Zeroizing::new([&[of as u8][..], &*Zeroizing::new(key.to_bytes())].concat());
    let id = key_id(name, of, &key.verifying_key());
    Zeroizing::new(format!("{PRIVATE}{}+{}", shown(name, id), &*Zeroizing::new(BASE64_STANDARD.encode(&*bytes))))
}

/// Name and key of a private key.
pub(crate) fn read_private(text: &str, of: KeyOf) -> Result<(&str, SigningKey), KeyTextError> {
    let malformed = KeyTextError::Malformed { expected: "PRIVATE+KEY+name+id+key" };
    let (name, id, seed) = text.strip_prefix(PRIVATE).and_then(|text| key_parts(text, of)).ok_or(malformed)?;
    let key = SigningKey::from_bytes(&Zeroizing::new(seed));
    let own = shown(name, key_id(name, of, &key.verifying_key()));
    if format!("{name}+{id}") == own { Ok((name, key)) } else { Err(KeyTextError::OtherId) }
}

/// The line of a signature.
pub(crate) fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    format!("{DASH}{name} {}\n", BASE64_STANDARD.encode([&id[..], signature].concat()))
}

/// A note's text and its signatures, of which nothing is known yet.
pub(crate) fn parts(note: &str) -> Result<(&str, Lines<'_>), NoteError> {
    let malformed = |what| NoteError::Malformed { what };
    if note.len() > NOTE_BYTES_MAX {
        return Err(NoteError::TooLarge { used: note.len(), allowed: NOTE_BYTES_MAX });
    }
    if note.contains(|c: char| c < ' ' && c != '\n') {
        return Err(malformed("it holds a control character"));
    }
    let empty = note.rfind("\n\n").ok_or_else(|| malformed("no empty line stands before its signatures"))?;
    let (text, rest) = (&note[..=empty], &note[empty + 2..]);
    let rest = rest.strip_suffix('\n').ok_or_else(|| malformed("its last line has no end"))?;
    let mut lines = Lines::new();
    for line in rest.split('\n') {
        if lines.len() == SIGNATURES_MAX {
            return Err(malformed("it has more than 100 signatures"));
        }
        let signature = line.strip_prefix(DASH).and_then(|line| line.split_once(' '));
        let (name, bytes) = signature.ok_or_else(|| malformed("a line is no signature"))?;
        let bytes = BASE64_STANDARD.decode(bytes).map_err(|_| malformed("a signature is not base64"))?;
        if !is_name(name) {
            return Err(malformed("a signature has no name"));
        }
        lines.push((name, bytes));
    }
    Ok((text, lines))
}

/// The text of a note whoever signed it: what is said has to be believed for other reasons.
pub(crate) fn unverified_text(note: &str) -> Result<&str, NoteError> {
    parts(note).map(|(text, _)| text)
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&public_text(&self.name, KeyOf::Log, &self.key))
    }
}

impl FromStr for Verifier {
    type Err = KeyTextError;
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        let (name, key) = read_public(text, KeyOf::Log)?;
        Ok(Self::new(name, key))
    }
}

fn key_parts(text: &str, of: KeyOf) -> Option<(&str, &str, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
    let key = Zeroizing::new(BASE64_STANDARD.decode(key).ok()?);
    let (first, bytes) = key.split_first()?;
    (*first == of as u8 && is_name(name)).then_some((name, id, bytes.try_into().ok()?))
}

/// What notes are signed with. Shows nothing of itself.
pub(crate) struct Signer {
    verifier: Verifier,
    key: SigningKey,
}

impl Signer {
    pub(crate) fn new(name: &str, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        Self { verifier: Verifier::new(name, key.verifying_key()), key }
    }

    /// As a file holds it.
    pub(crate) fn read(text: &str) -> Result<Self, KeyTextError> {
        let (name, key) = read_private(text, KeyOf::Log)?;
        Ok(Self { verifier: Verifier::new(name, key.verifying_key()), key })
    }

    pub(crate) fn private_text(&self) -> Zeroizing<String> {
        private_text(&self.verifier.name, KeyOf::Log, &self.key)
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The text, which ends with a line, as a note.
    pub(crate) fn sign(&self, text: &str) -> String {
        format!("{text}\n{}", self.line(text))
    }

    /// The signature of the text, as a line of its note.
    pub(crate) fn line(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        line(&self.verifier.name, self.verifier.id, &signature)
    }
}

#[cfg(test)]
mod tests;
