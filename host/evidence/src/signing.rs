//! Signing evidence: what a pipeline does, and what readers verify.
//!
//! Pure: whoever makes a key hands in its randomness. ECDSA signatures are deterministic (RFC 6979).

use crate::envelope::{self, pae};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{
    Signer as _,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, spki::der::pem::LineEnding},
};
use std::{fmt, sync::Arc};
use tidegate_core::{
    digest::Digest,
    signer::{KeyAlgorithm, SignerKey, Window},
};
use zeroize::Zeroizing;

/// What stands before a format's name in the type of a payload that one of the readers knows: `tidegate:evidence/junit`.
pub const PAYLOAD_TYPE_PREFIX: &str = "tidegate:evidence/";
/// The type of a payload that is an in-toto Statement.
pub const IN_TOTO_PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// A private key.
pub struct SigningKey {
    secret: Secret,
    spki: Arc<[u8]>,
}

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    EcdsaP256(Box<p256::ecdsa::SigningKey>),
}

/// A text that is not a private key that can be used. Nothing of it is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a private key: expected PEM that begins with `-----BEGIN PRIVATE KEY-----` (PKCS #8), Ed25519 or ECDSA P-256"
)]
pub struct SigningKeyError;

/// A key that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key cannot be written: {0}")]
pub struct EncodeError(String);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id()).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// An Ed25519 key of these random bytes.
    pub fn ed25519(seed: &[u8; 32]) -> Result<Self, EncodeError> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let spki = key.verifying_key().to_public_key_der().map_err(|error| EncodeError(error.to_string()))?;
        Ok(Self { spki: Arc::from(spki.as_bytes()), secret: Secret::Ed25519(Box::new(key)) })
    }

    /// Reads a private key in PEM.
    pub fn parse(pem: &str) -> Result<Self, SigningKeyError> {
        let pem = pem.trim();
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(pem) {
            return Self::ed25519(key.as_bytes()).map_err(|_| SigningKeyError);
        }
        let key = p256::ecdsa::SigningKey::from_pkcs8_pem(pem).map_err(|_| SigningKeyError)?;
        let spki = key.verifying_key().to_public_key_der().map_err(|_| SigningKeyError)?;
        Ok(Self { spki: Arc::from(spki.as_bytes()), secret: Secret::EcdsaP256(Box::new(key)) })
    }

    /// What signatures name it by: the digest of its public key.
    #[must_use]
    pub fn id(&self) -> Digest {
        Digest::of(&self.spki)
    }

    /// Its public key in one line, as a policy set takes it.
    #[must_use]
    pub fn public_text(&self) -> String {
        STANDARD.encode(&self.spki)
    }

    /// The private key in PEM, for a file that nobody else reads.
    pub fn private_pem(&self) -> Result<Zeroizing<String>, EncodeError> {
        let pem = match &self.secret {
            Secret::Ed25519(key) => key.to_pkcs8_pem(LineEnding::LF),
            Secret::EcdsaP256(key) => key.to_pkcs8_pem(LineEnding::LF),
        };
        pem.map_err(|error| EncodeError(error.to_string()))
    }

    /// The public key as a set that knows it under `signer` holds it, counting at any time.
    #[must_use]
    pub fn known_as(&self, signer: &str) -> SignerKey {
        let algorithm = match self.secret {
            Secret::Ed25519(_) => KeyAlgorithm::Ed25519,
            Secret::EcdsaP256(_) => KeyAlgorithm::EcdsaP256,
        };
        SignerKey { signer: Arc::from(signer), algorithm, spki: self.spki.clone(), window: Window::default() }
    }

    /// A signature of exactly these bytes: of Ed25519 its 64, of ECDSA its DER.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            Secret::EcdsaP256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }

    /// A DSSE envelope of the payload with one signature, as JSON in one line.
    #[must_use]
    pub fn seal(&self, payload_type: &str, payload: &[u8]) -> String {
        let signature = self.sign(&pae(payload_type, payload));
        let signatures = [serde_json::json!({ "keyid": self.id().hex(), "sig": STANDARD.encode(signature) })];
        let envelope = serde_json::json!({
            "payloadType": payload_type,
            "payload": STANDARD.encode(payload),
            "signatures": signatures,
        });
        envelope.to_string()
    }
}

/// Whether that key signed exactly these bytes.
#[must_use]
pub fn verifies(key: &SignerKey, message: &[u8], signature: &[u8]) -> bool {
    envelope::verifies(key.algorithm, &key.spki, message, signature)
}
