//! Whose signatures these are.

use ed25519_dalek::pkcs8::DecodePublicKey as _;
use p256::ecdsa::signature::Verifier as _;
use tidegate_core::signer::{KeyAlgorithm, SignedBy, SignerKey, Signers};

/// Signatures compared with keys for one envelope, at most: so that no envelope of strangers costs more than some milliseconds.
/// One whose signatures name their keys by their ids needs one each.
pub(super) const CHECKS_MAX: usize = 128;

/// More checks than are allowed.
#[derive(Debug)]
pub(super) struct TooMany {
    pub(super) used: usize,
}

/// Every signature of `message` that a known key verifies. A signature is a hint at its key, and its bytes.
pub(super) fn verify(
    message: &[u8],
    signatures: &[(Option<&str>, Vec<u8>)],
    signers: &Signers,
) -> Result<Vec<SignedBy>, TooMany> {
    let keys: Vec<(String, &SignerKey)> = signers.keys().iter().map(|key| (key.id().hex(), key)).collect();
    let mut found = Vec::new();
    let mut used = 0;
    for (hint, signature) in signatures {
        let hint = hint.map(|hint| hint.strip_prefix("sha256:").unwrap_or(hint).to_ascii_lowercase());
        let is_hinted = |id: &String| hint.as_ref() == Some(id);
        let hinted = keys.iter().filter(|(id, _)| is_hinted(id));
        let others = keys.iter().filter(|(id, _)| !is_hinted(id));
        for (_, key) in hinted.chain(others) {
            used += 1;
            if used > CHECKS_MAX {
                return Err(TooMany { used });
            }
            if verifies(key.algorithm, &key.spki, message, signature) {
                found.push(SignedBy { signer: key.signer.clone(), key: key.id(), window: key.window });
                break;
            }
        }
    }
    Ok(found)
}

/// A key that cannot be read verifies nothing.
pub(crate) fn verifies(algorithm: KeyAlgorithm, spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match algorithm {
        KeyAlgorithm::Ed25519 => {
            let key = ed25519_dalek::VerifyingKey::from_public_key_der(spki).ok();
            let signature = ed25519_dalek::Signature::from_slice(signature).ok();
            // Strict: no key and no signature that fits more than one message.
            key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
        }
        KeyAlgorithm::EcdsaP256 => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(spki).ok();
            // Most tools write DER; some, the specification's own example among them, the two numbers side by side.
            let signature = p256::ecdsa::Signature::from_der(signature)
                .or_else(|_| p256::ecdsa::Signature::from_slice(signature))
                .ok();
            key.zip(signature).is_some_and(|(key, signature)| key.verify(message, &signature).is_ok())
        }
    }
}

/// The same for a key that says itself how it signs. Only one of the two can read it.
pub(super) fn by_spki(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519]
        .into_iter()
        .any(|algorithm| verifies(algorithm, spki, message, signature))
}
