//! Whose signatures over documents are known, and whose were found on one. No cryptography: a reader verifies, core asks when
//! a key counts.

mod identity;
mod who;

pub use identity::{Authority, Identity, Log, TrustedRoot};
pub use who::Who;

use crate::{digest::Digest, time::Timestamp};
use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

/// Keys of all signers of one policy set, at most.
pub const SIGNER_KEYS_MAX: usize = 64;

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyAlgorithm {
    /// Ed25519.
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    EcdsaP256,
}

impl KeyAlgorithm {
    /// As people know it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256 => "ECDSA P-256",
        }
    }
}

/// When a key counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// From this moment on; `None`: always did.
    pub not_before: Option<Timestamp>,
    /// Up to this moment, which still counts; `None`: for ever.
    pub not_after: Option<Timestamp>,
}

impl Window {
    /// Whether a key counts at that moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.not_before.is_none_or(|from| from <= at) && self.not_after.is_none_or(|to| at <= to)
    }
}

/// A public key of a signer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignerKey {
    /// Whose it is.
    pub signer: Arc<str>,
    /// How it signs.
    pub algorithm: KeyAlgorithm,
    /// The key: its `SubjectPublicKeyInfo` in DER.
    pub spki: Arc<[u8]>,
    /// When it counts.
    pub window: Window,
}

impl SignerKey {
    /// What signatures may name it by: the digest of [`Self::spki`].
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest::of(&self.spki)
    }
}

/// The signers that a policy set knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers {
    keys: Vec<SignerKey>,
    identities: Vec<Identity>,
    digest: Digest,
}

impl Default for Signers {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Signers {
    /// Those of these keys, in any order.
    #[must_use]
    pub fn new(mut keys: Vec<SignerKey>) -> Self {
        keys.sort();
        keys.dedup();
        let digest = digest_of(&keys, &[]);
        Self { keys, identities: Vec::new(), digest }
    }

    /// The same, and those of these identities, in any order.
    #[must_use]
    pub fn and(self, mut identities: Vec<Identity>) -> Self {
        identities.extend(self.identities);
        identities.sort();
        identities.dedup();
        let digest = digest_of(&self.keys, &identities);
        Self { identities, digest, ..self }
    }

    /// Sorted by signer.
    #[must_use]
    pub fn keys(&self) -> &[SignerKey] {
        &self.keys
    }

    /// Sorted by signer.
    #[must_use]
    pub fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// Of all keys and identities, their signers and their times: what a verified document depends on besides its bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Each signer once, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.iter().map(|key| &*key.signer);
        let names: BTreeSet<&str> = keys.chain(self.identities.iter().map(|identity| &*identity.signer)).collect();
        names.into_iter()
    }
}

/// A text's length stands in front of it, so that none reads as another line.
fn digest_of(keys: &[SignerKey], identities: &[Identity]) -> Digest {
    let moment = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.nanos().to_string());
    let mut text = String::new();
    for key in keys {
        let SignerKey { signer, window, .. } = key;
        let (id, from, to) = (key.id(), moment(window.not_before), moment(window.not_after));
        let _ = writeln!(text, "key {} {signer} {id} {from} {to}", signer.len());
    }
    for Identity { signer, issuer, subject, root, window } in identities {
        let (from, to) = (moment(window.not_before), moment(window.not_after));
        let (names, urls) = (signer.len(), (issuer.len(), subject.len()));
        let _ = writeln!(
            text,
            "identity {names} {signer} {} {issuer} {} {subject} {} {from} {to}",
            urls.0, urls.1, root.digest
        );
    }
    Digest::of(text.as_bytes())
}

/// A verified signature.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignedBy {
    /// Whose key verified it.
    pub signer: Arc<str>,
    /// Which key.
    pub key: Digest,
    /// When that key counts.
    pub window: Window,
}

/// The verified signatures of one document. Which of them count is asked at the moment of a decision, so a document read once
/// serves decisions at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    by: Arc<[SignedBy]>,
    payload: Option<Digest>,
}

impl Signed {
    /// By these; `None` when there is none.
    #[must_use]
    pub fn new(mut by: Vec<SignedBy>) -> Option<Self> {
        by.sort();
        by.dedup();
        (!by.is_empty()).then(|| Self { by: Arc::from(by), payload: None })
    }

    /// Of these bytes: an envelope can be written in many ways around what was signed.
    #[must_use]
    pub fn over(self, payload: Digest) -> Self {
        Self { payload: Some(payload), ..self }
    }

    /// Of which bytes, where they are not the document's own.
    #[must_use]
    pub fn payload(&self) -> Option<Digest> {
        self.payload
    }

    /// Those whose key counts at that moment, sorted, each once.
    pub fn signers_at(&self, now: Timestamp) -> impl Iterator<Item = &Arc<str>> {
        let mut last: Option<&Arc<str>> = None;
        let counting = self.by.iter().filter(move |by| by.window.holds(now)).map(|by| &by.signer);
        counting.filter(move |signer| last.replace(signer).is_none_or(|last| last != *signer))
    }

    /// Every signer, whenever their key counts, sorted.
    #[must_use]
    pub fn by(&self) -> &[SignedBy] {
        &self.by
    }

    /// The first signer by name.
    #[must_use]
    pub fn first(&self) -> Option<&Arc<str>> {
        self.by.first().map(|by| &by.signer)
    }

    /// Only the signatures that count at that moment, the listed signers' alone when any of them is among those; `None` when
    /// none counts.
    #[must_use]
    pub fn counting(&self, now: Timestamp, listed: &[Arc<str>]) -> Option<Self> {
        let counting: Vec<SignedBy> = self.by.iter().filter(|by| by.window.holds(now)).cloned().collect();
        let heard: Vec<SignedBy> = counting.iter().filter(|by| listed.contains(&by.signer)).cloned().collect();
        let some = Self::new(if heard.is_empty() { counting } else { heard });
        some.map(|signed| Self { payload: self.payload, ..signed })
    }

    /// Why none of the signatures counts at that moment; empty when one does.
    #[must_use]
    pub fn lapsed(&self, now: Timestamp) -> String {
        if self.by.iter().any(|by| by.window.holds(now)) {
            return String::new();
        }
        let reasons: Vec<String> = self.by.iter().map(|by| lapse(by, now)).collect();
        reasons.join("; ")
    }
}

fn lapse(by: &SignedBy, now: Timestamp) -> String {
    let SignedBy { signer, key, window } = by;
    let id: String = key.hex().chars().take(12).collect();
    match (window.not_before, window.not_after) {
        (Some(from), _) if now < from => {
            format!("`{signer}` signed it with key {id}…, which counts only from {from} on")
        }
        (_, Some(to)) => format!("`{signer}` signed it with key {id}…, which counted until {to}"),
        _ => format!("`{signer}` signed it with key {id}…"),
    }
}

/// By somebody whose key always counts.
impl From<&str> for Signed {
    fn from(signer: &str) -> Self {
        let by = SignedBy { signer: Arc::from(signer), key: Digest::of(&[]), window: Window::default() };
        Self { by: Arc::new([by]), payload: None }
    }
}

#[cfg(test)]
mod tests {
    use super::{Identity, KeyAlgorithm, Signed, SignedBy, SignerKey, Signers, TrustedRoot, Window};
    use crate::{digest::Digest, time::Timestamp};

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    fn window(from: Option<u64>, to: Option<u64>) -> Window {
        Window { not_before: from.map(at), not_after: to.map(at) }
    }

    fn key(signer: &str, window: Window) -> SignerKey {
        let spki = signer.as_bytes().into();
        SignerKey { signer: signer.into(), algorithm: KeyAlgorithm::Ed25519, spki, window }
    }

    fn identity(subject: &str, root: &[u8]) -> Identity {
        let root = TrustedRoot { digest: Digest::of(root), authorities: Vec::new(), logs: Vec::new() };
        let window = window(None, None);
        Identity { signer: "a".into(), issuer: "i".into(), subject: subject.into(), root: root.into(), window }
    }

    fn signed(by: &[(&str, Window)]) -> Signed {
        let by = by.iter().map(|(signer, window)| SignedBy {
            signer: (*signer).into(),
            key: Digest::of(b"k"),
            window: *window,
        });
        Signed::new(by.collect()).unwrap()
    }

    #[test]
    fn a_key_counts_from_its_first_moment_to_its_last() {
        let both = window(Some(10), Some(20));
        assert_eq!([9, 10, 20, 21].map(|now| both.holds(at(now))), [false, true, true, false]);
        assert!(window(None, None).holds(at(0)) && window(None, Some(5)).holds(at(5)));
    }

    #[test]
    fn the_digest_is_of_every_key_its_owner_and_its_time_and_not_of_their_order() {
        let (a, b) = (key("a", window(None, None)), key("b", window(None, None)));
        let digest = |keys: &[&SignerKey]| Signers::new(keys.iter().map(|key| (*key).clone()).collect()).digest();
        assert_eq!(digest(&[&a, &b]), digest(&[&b, &a, &a]));
        let (renamed, later) = (SignerKey { signer: "c".into(), ..a.clone() }, key("a", window(None, Some(1))));
        let other = SignerKey { spki: [7].as_slice().into(), ..a.clone() };
        for changed in [&renamed, &later, &other] {
            assert_ne!(digest(&[&a]), digest(&[changed]), "{changed:?}");
        }
        assert_ne!(digest(&[]), digest(&[&a]));
        let with = |identities: &[Identity]| Signers::new(vec![a.clone()]).and(identities.to_vec()).digest();
        let (one, other, elsewhere) = (identity("x", b"1"), identity("y", b"1"), identity("x", b"2"));
        assert_eq!(with(&[one.clone(), other.clone()]), with(&[other.clone(), one.clone(), one.clone()]));
        for different in [with(&[]), with(&[other]), with(&[elsewhere])] {
            assert_ne!(with(std::slice::from_ref(&one)), different);
        }
        assert_eq!(Signers::new(vec![b, a.clone(), later]).names().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn signatures_count_by_their_own_keys_time() {
        let signed = signed(&[("b", window(None, Some(10))), ("a", window(Some(5), None)), ("a", window(None, None))]);
        let names = |now| signed.signers_at(at(now)).map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!((names(7), names(11)), (vec!["a".to_owned(), "b".to_owned()], vec!["a".to_owned()]));
        let heard = |now, listed: &str| signed.counting(at(now), &[listed.into()]).unwrap();
        assert_eq!(heard(7, "b").first().map(|name| &**name), Some("b"));
        assert_eq!(heard(11, "b").first().map(|name| &**name), Some("a"));
    }

    #[test]
    fn why_no_signature_counts_names_signer_and_time() {
        let signed = signed(&[("a", window(Some(100), None)), ("b", window(None, Some(10)))]);
        let why = signed.lapsed(at(50));
        assert!(why.contains("`a` signed it with key") && why.contains("only from 1970-01-01T00:01:40Z on"), "{why}");
        assert!(why.contains("`b` signed it") && why.contains("until 1970-01-01T00:00:10Z"), "{why}");
        assert_eq!((signed.lapsed(at(10)), signed.counting(at(50), &[])), (String::new(), None));
    }
}
