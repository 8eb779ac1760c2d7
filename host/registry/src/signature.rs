//! Signatures beside an artifact, as cosign keeps them: a manifest at the tag `sha256-<hex>.sig`, whose layers are what was signed.

pub mod demand;
mod payload;
pub(crate) mod store;
pub mod verdict;

pub use payload::PayloadError;

use crate::{
    client::{Client, error::RequestError},
    limits::TooMuch,
    manifest::{Descriptor, ManifestError},
    media,
    reference::Pinned,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use demand::Demand;
use tidegate_core::{digest::Digest, signer::SignedBy, time::Timestamp};
use verdict::Refusal;

/// What somebody signed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// As the manifest names it, with the signature beside.
    pub descriptor: Descriptor,
    /// What was signed.
    pub payload: Bytes,
}

/// Why a signature was not made.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The registry.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// What stands at the tag for signatures is none.
    #[error("what lies at `{tag}` holds no signatures: {source}")]
    Store {
        /// Which tag.
        tag: String,
        /// Why.
        source: ManifestError,
    },
    /// Too many.
    #[error(transparent)]
    TooMany(#[from] TooMuch),
    /// The payload cannot be written.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// Somebody else signed at the same moment, and the registry kept theirs.
    #[error("another signature was pushed at the same moment, and took the place of this one; hint: sign again")]
    Overtaken,
}

/// Why an artifact does not count as signed.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// What its signatures come to.
    #[error("`{reference}` is refused: {refusal}")]
    Refused {
        /// Which artifact.
        reference: Pinned,
        /// Why.
        refusal: Refusal,
    },
    /// The registry.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl VerifyError {
    /// Whether what lies there is not signed as it should be, in contrast to could not be asked for.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// Where the signatures of an artifact lie.
#[must_use]
pub fn tag_of(digest: Digest) -> String {
    format!("sha256-{}.sig", digest.hex())
}

impl Signature {
    /// Of this artifact, by whoever `sign` signs for.
    pub fn of(artifact: &Pinned, sign: &(dyn Fn(&[u8]) -> Vec<u8> + Sync)) -> Result<Self, PayloadError> {
        Self::called(&artifact.repository.to_string(), artifact.digest, sign)
    }

    /// Of the artifact of this digest, wherever it lies. `name`: what it is called; it counts for nothing.
    pub fn called(name: &str, digest: Digest, sign: &(dyn Fn(&[u8]) -> Vec<u8> + Sync)) -> Result<Self, PayloadError> {
        let payload = payload::of(name, digest)?;
        let text = STANDARD.encode(sign(&payload));
        let descriptor = Descriptor::of(media::SIMPLE_SIGNING, &payload).with(media::SIGNATURE_ANNOTATION, &text);
        Ok(Self { descriptor, payload: Bytes::from(payload) })
    }

    fn is(&self, other: &Descriptor) -> bool {
        let signature = |descriptor: &Descriptor| descriptor.annotations.get(media::SIGNATURE_ANNOTATION).cloned();
        self.descriptor.digest == other.digest && signature(&self.descriptor) == signature(other)
    }
}

impl Client {
    /// Signs an artifact that lies there, beside whoever signed it before.
    pub async fn sign(&self, artifact: &Pinned, sign: &(dyn Fn(&[u8]) -> Vec<u8> + Sync)) -> Result<(), SignError> {
        // Nothing is signed that is not there.
        self.manifest(&artifact.repository, artifact.digest).await?;
        let signature = Signature::of(artifact, sign)?;
        self.attach(&artifact.repository, artifact.digest, std::slice::from_ref(&signature)).await
    }

    /// Who signed an artifact, if that is who is demanded; at this moment their keys have to count.
    pub async fn verify(
        &self,
        artifact: &Pinned,
        demand: &Demand,
        at: Timestamp,
    ) -> Result<Vec<SignedBy>, VerifyError> {
        let refused = |refusal| VerifyError::Refused { reference: artifact.clone(), refusal };
        let signatures = self.signatures(artifact).await?;
        verdict::judge(artifact.digest, &signatures, demand, at).map_err(refused)
    }
}
