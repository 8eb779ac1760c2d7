//! An issuer's keys, and what each may verify.

use super::strict_json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde_json::{Map, Value};

/// Keys of one issuer, at most.
const KEYS_MAX: usize = 64;

/// A signature algorithm, by its JOSE name. What is symmetric is none: an issuer's key is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
    /// The same by its own name (RFC 9864).
    Ed25519,
}

impl Algorithm {
    pub(super) const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
        Self::Ed25519,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn rsa(self) -> Option<&'static RsaParameters> {
        match self {
            Self::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
            Self::Es256 | Self::Es384 | Self::EdDsa | Self::Ed25519 => None,
        }
    }
}

/// Why a signature is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Not one that the issuer states.
    #[error("is signed with an algorithm that its issuer does not state")]
    Algorithm,
    /// Which key is not said, and there are several.
    #[error("names no key, and its issuer has several")]
    Unnamed,
    /// No such key, or one for something else.
    #[error("names a key that its issuer does not have for this")]
    NoKey,
    /// The signature is another's.
    #[error("is not signed by its issuer")]
    Signature,
}

/// An issuer's keys for signatures.
#[derive(Debug, Default)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    kid: Option<String>,
    /// The one algorithm that it says it is for.
    alg: Option<String>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// Why bytes are no key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeySetError {
    /// Not `{"keys": […]}` with every key once.
    #[error("are no JSON Web Key Set")]
    Form,
    /// Over the limit.
    #[error("are too many: {used} used, {allowed} allowed", allowed = KEYS_MAX)]
    TooMany {
        /// Keys.
        used: usize,
    },
    /// None that verifies anything.
    #[error("hold none for signatures")]
    Empty,
}

impl KeySet {
    /// Those of a key set that verify signatures; others are left out.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, KeySetError> {
        let set = strict_json::object(bytes).ok_or(KeySetError::Form)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::Form)?;
        if keys.len() > KEYS_MAX {
            return Err(KeySetError::TooMany { used: keys.len() });
        }
        let keys: Vec<Key> = keys.iter().filter_map(|key| Key::read(key.as_object()?)).collect();
        if keys.is_empty() { Err(KeySetError::Empty) } else { Ok(Self(keys)) }
    }

    /// Whether a token that names this key, or none, can be looked at.
    pub(super) fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.0.iter().any(|key| key.kid.as_deref() == Some(kid)))
    }

    /// Verifies a signature with the named key, which may be left out where there is one alone.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), Unverified> {
        if kid.is_none() && self.0.len() > 1 {
            return Err(Unverified::Unnamed);
        }
        let named = self.0.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        let mut fitting = named.filter(|key| key.fits(algorithm)).peekable();
        fitting.peek().ok_or(Unverified::NoKey)?;
        if fitting.any(|key| key.verifies(algorithm, signed, signature)) { Ok(()) } else { Err(Unverified::Signature) }
    }
}

impl Key {
    fn read(key: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let is_for_signatures = match key.get("use") {
            None => true,
            Some(purpose) => purpose == "sig",
        };
        let may_verify = match key.get("key_ops") {
            None => true,
            Some(operations) => operations.as_array()?.iter().any(|operation| operation == "verify"),
        };
        if !is_for_signatures || !may_verify {
            return None;
        }
        let point = |bytes_each: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            let fits = x.len() == bytes_each && y.len() == bytes_each;
            fits.then(|| [&[4][..], &x, &y].concat())
        };
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => Material::Rsa { n: unpadded(bytes("n")?), e: unpadded(bytes("e")?) },
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x").filter(|x| x.len() == 32)?),
            _ => return None,
        };
        Some(Self { kid: text("kid").map(str::to_owned), alg: text("alg").map(str::to_owned), material })
    }

    /// A key verifies what its type is made for, and no other algorithm than the one that it states.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let by_type = match &self.material {
            Material::Rsa { .. } => algorithm.rsa().is_some(),
            Material::P256(_) => algorithm == Algorithm::Es256,
            Material::P384(_) => algorithm == Algorithm::Es384,
            Material::Ed25519(_) => matches!(algorithm, Algorithm::EdDsa | Algorithm::Ed25519),
        };
        by_type && self.alg.as_deref().is_none_or(|stated| stated == algorithm.name())
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], bytes: &[u8]) -> bool {
        let by = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(signed, bytes).is_ok()
        };
        match (&self.material, algorithm.rsa()) {
            (Material::Rsa { n, e }, Some(parameters)) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, signed, bytes).is_ok()
            }
            (Material::Rsa { .. }, None) => false,
            (Material::P256(key), _) => by(&signature::ECDSA_P256_SHA256_FIXED, key),
            (Material::P384(key), _) => by(&signature::ECDSA_P384_SHA384_FIXED, key),
            (Material::Ed25519(key), _) => by(&signature::ED25519, key),
        }
    }
}

/// Some issuers write numbers with a leading zero byte, which `ring` refuses.
fn unpadded(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}
