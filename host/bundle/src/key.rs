//! Public keys as a policy set writes them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use spki::{
    AlgorithmIdentifierRef, Document, ObjectIdentifier, SubjectPublicKeyInfoRef,
    der::{Decode as _, pem::PemLabel as _},
};
use std::sync::Arc;
use tidegate_core::signer::KeyAlgorithm;

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A text that is not a public key that can be used. The text itself is never repeated: it may be a private key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor base64 of DER.
    #[error(
        "is not a public key: expected PEM that begins with `-----BEGIN PUBLIC KEY-----`, or its base64 in one line"
    )]
    NotAKey,
    /// Something else in PEM.
    #[error("holds `{label}`, not `PUBLIC KEY`")]
    OtherLabel {
        /// What it says that it is.
        label: String,
    },
    /// A private key, which has no place in a policy file.
    #[error("is a private key: take it out of the file, make another one, and name its public key")]
    Private,
    /// A key of another kind.
    #[error("is a key for {algorithm}; known are Ed25519 and ECDSA P-256")]
    Algorithm {
        /// As people know it.
        algorithm: String,
    },
    /// Of the right kind, but no point of the curve, or one that vouches for anything.
    #[error("is not a usable key for {algorithm}")]
    Unusable {
        /// As people know it.
        algorithm: &'static str,
    },
}

/// Reads a public key: how it signs, and its `SubjectPublicKeyInfo` in the one form that there is of it.
pub fn parse(text: &str) -> Result<(KeyAlgorithm, Arc<[u8]>), KeyError> {
    let der = der_of(text.trim())?;
    let info = SubjectPublicKeyInfoRef::from_der(&der).map_err(|_| KeyError::NotAKey)?;
    let algorithm = algorithm_of(&info.algorithm)?;
    let unusable = KeyError::Unusable { algorithm: algorithm.word() };
    let canonical = match algorithm {
        KeyAlgorithm::Ed25519 => ed25519_dalek::VerifyingKey::from_public_key_der(&der)
            .ok()
            .filter(|key| !key.is_weak())
            .and_then(|key| key.to_public_key_der().ok()),
        KeyAlgorithm::EcdsaP256 => {
            p256::PublicKey::from_public_key_der(&der).ok().and_then(|key| key.to_public_key_der().ok())
        }
    };
    Ok((algorithm, Arc::from(canonical.ok_or(unusable)?.as_bytes())))
}

/// A key in one line, as [`parse`] reads it.
#[must_use]
pub fn text(spki: &[u8]) -> String {
    STANDARD.encode(spki)
}

fn der_of(text: &str) -> Result<Vec<u8>, KeyError> {
    if !text.starts_with("-----") {
        return STANDARD.decode(text).map_err(|_| KeyError::NotAKey);
    }
    let (label, document) = Document::from_pem(text).map_err(|_| pem_error(text))?;
    if label == SubjectPublicKeyInfoRef::PEM_LABEL {
        return Ok(document.as_bytes().to_vec());
    }
    Err(if label.contains("PRIVATE") { KeyError::Private } else { KeyError::OtherLabel { label: label.to_owned() } })
}

/// A private key is told apart also when it cannot be read.
fn pem_error(text: &str) -> KeyError {
    let first = text.lines().next().unwrap_or_default();
    if first.contains("PRIVATE") { KeyError::Private } else { KeyError::NotAKey }
}

fn algorithm_of(found: &AlgorithmIdentifierRef<'_>) -> Result<KeyAlgorithm, KeyError> {
    let curve = found.parameters_oid().ok();
    let other = |algorithm: &str| Err(KeyError::Algorithm { algorithm: algorithm.to_owned() });
    match (found.oid, curve) {
        (ED25519, None) => Ok(KeyAlgorithm::Ed25519),
        (EC, Some(P256)) => Ok(KeyAlgorithm::EcdsaP256),
        (EC, Some(P384)) => other("ECDSA P-384"),
        (EC, Some(curve)) => other(&format!("elliptic curve {curve}")),
        (RSA, _) => other("RSA"),
        (oid, _) => other(&format!("algorithm {oid}")),
    }
}
