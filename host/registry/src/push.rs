//! An artifact to a registry.

use crate::{
    client::{Client, blobs::Part, error::RequestError},
    reference::{Pinned, Reference},
    stored::Stored,
};
use tidegate_core::digest::Digest;

/// Why an artifact was not pushed.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The reference names another artifact.
    #[error(
        "`{reference}` names another artifact: this one is {digest}; hint: leave the digest out, or push what it names"
    )]
    OtherDigest {
        /// As it was written.
        reference: Reference,
        /// What was to be pushed.
        digest: Digest,
    },
    /// The registry.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl Client {
    /// Pushes an artifact, the manifest last: until it is there, nothing can be pulled. Returns what it is pulled by.
    pub async fn push(&self, artifact: &impl Stored, reference: &Reference) -> Result<Pinned, PushError> {
        let digest = artifact.digest();
        if reference.digest().is_some_and(|named| named != digest) {
            return Err(PushError::OtherDigest { reference: reference.clone(), digest });
        }
        let repository = reference.repository();
        for blob in artifact.blobs() {
            let part = if blob.is_large { Part::Component } else { Part::Config };
            self.put_blob(repository, part, blob.bytes).await?;
        }
        self.put_manifest(repository, reference.tag(), artifact.manifest()).await?;
        Ok(Pinned { repository: repository.clone(), tag: reference.tag().map(str::to_owned), digest })
    }
}
