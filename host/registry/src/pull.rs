//! A plugin from a registry, by digest.

use crate::{
    artifact::{Artifact, ArtifactError, Parts, honest},
    client::{Client, blobs::Part, error::RequestError},
    contract::Contract,
    manifest::Annotations,
    reference::{Pinned, Reference},
};
use tidegate_core::digest::Digest;

/// A plugin that was pulled: all of it is what its digest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What came.
    pub artifact: Artifact,
    /// What is said about it.
    pub annotations: Annotations,
    /// What became of the tag beside the digest.
    pub tag: TagState,
}

/// What a tag names by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagState {
    /// The reference names none.
    Unnamed,
    /// What the digest names.
    Same,
    /// Another artifact.
    Moved(Digest),
    /// Nothing.
    Gone,
}

/// Why a plugin was not pulled.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// What lies there cannot be used.
    #[error("`{reference}` is refused: {cause}")]
    Artifact {
        /// Which.
        reference: Pinned,
        /// Why.
        cause: Box<ArtifactError>,
    },
    /// The registry.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl PullError {
    /// Whether what lies there cannot be used, in contrast to could not be fetched.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Artifact { .. } => true,
            Self::Request(error) => error.cause.is_refusal(),
        }
    }
}

impl Client {
    /// Pulls a plugin. What it imports is read from its config first: a component that asks for too much is never fetched.
    pub async fn pull(&self, reference: &Pinned, contract: &dyn Contract) -> Result<Pulled, PullError> {
        let Pinned { repository, digest, .. } = reference;
        let refused = |cause| PullError::Artifact { reference: reference.clone(), cause: Box::new(cause) };
        let manifest = self.manifest(repository, *digest).await?;
        let parts = Parts::read(&manifest).map_err(refused)?;
        let config = self.blob(repository, Part::Config, &parts.config).await?;
        let named = parts.admitted(&config, contract).map_err(refused)?;
        let component = self.blob(repository, Part::Component, &parts.component).await?;
        honest(&component, &named, contract).map_err(refused)?;
        let tag = self.tag_of(reference).await?;
        Ok(Pulled { artifact: Artifact { manifest, config, component }, annotations: parts.annotations, tag })
    }

    /// What the tag of the reference names at this moment.
    pub async fn tag_of(&self, reference: &Pinned) -> Result<TagState, RequestError> {
        let Some(tag) = &reference.tag else { return Ok(TagState::Unnamed) };
        Ok(match self.tagged(&reference.repository, tag).await?.map(|bytes| Digest::of(&bytes)) {
            None => TagState::Gone,
            Some(now) if now == reference.digest => TagState::Same,
            Some(now) => TagState::Moved(now),
        })
    }

    /// What a reference with a tag names at this moment, for whoever wants to write it down; `None`: nothing.
    pub async fn named_now(&self, reference: &Reference) -> Result<Option<Pinned>, RequestError> {
        let Some(tag) = reference.tag() else { return Ok(None) };
        let bytes = self.tagged(reference.repository(), tag).await?;
        Ok(bytes.map(|bytes| Pinned {
            repository: reference.repository().clone(),
            tag: Some(tag.to_owned()),
            digest: Digest::of(&bytes),
        }))
    }
}
