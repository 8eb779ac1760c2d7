//! Signers who are known by name instead of by key: an identity provider says who they are, a certificate authority of sigstore
//! writes it into a certificate that holds for minutes, and a transparency log says when it was used.

use super::{KeyAlgorithm, Window};
use crate::digest::Digest;
use std::sync::Arc;

/// A signer who is known by identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Whose it is.
    pub signer: Arc<str>,
    /// Who says who somebody is: the URL of the identity provider, to the letter.
    pub issuer: Arc<str>,
    /// Whom it says: an address of mail, or the URI of a workflow, to the letter.
    pub subject: Arc<str>,
    /// Whose certificates and logs count.
    pub root: Arc<TrustedRoot>,
    /// When its signatures count in decisions.
    pub window: Window,
}

/// The authorities and logs of one sigstore.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrustedRoot {
    /// Of its text: what the digest of a set's signers depends on.
    pub digest: Digest,
    /// Authorities that issue certificates; at least one.
    pub authorities: Vec<Authority>,
    /// Transparency logs; at least one.
    pub logs: Vec<Log>,
}

/// An authority that issues certificates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Authority {
    /// Its certificates in DER, the one that issues first and the root last; at least one.
    pub chain: Vec<Arc<[u8]>>,
    /// When it issued.
    pub window: Window,
}

/// A transparency log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Log {
    /// What entries name it by.
    pub id: Arc<[u8]>,
    /// How it signs.
    pub algorithm: KeyAlgorithm,
    /// Its key: `SubjectPublicKeyInfo` in DER.
    pub spki: Arc<[u8]>,
    /// When it signed.
    pub window: Window,
}
