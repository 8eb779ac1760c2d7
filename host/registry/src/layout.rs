//! An artifact and its signatures as one file, for where no registry reaches: an OCI image layout in a tar.

mod read;
mod write;

pub use read::LayoutError;

use crate::{
    artifact::Artifact,
    client::{Client, error::RequestError},
    contract::Contract,
    pull::PullError,
    push::PushError,
    reference::{Pinned, Reference},
    signature::{SignError, Signature, VerifyError, demand::Demand, store::few, verdict},
    stored::Stored,
};
use tidegate_core::{signer::SignedBy, time::Timestamp};

const LAYOUT_FILE: &str = "oci-layout";
const INDEX_FILE: &str = "index.json";
const BLOBS: &str = "blobs/sha256/";
/// What stands in the first of them.
const LAYOUT_VERSION: &str = "1.0.0";

/// An artifact, its signatures, and the tag under which it lay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout<A = Artifact> {
    /// A plugin, or a bundle.
    pub artifact: A,
    /// By whomever.
    pub signatures: Vec<Signature>,
    /// What it was called.
    pub tag: Option<String>,
}

/// Why a plugin was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It was not pulled.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// Its signatures were not.
    #[error(transparent)]
    Signatures(#[from] VerifyError),
    /// What lies there is no bundle.
    #[error("`{reference}` is refused: {cause}")]
    Bundle {
        /// Which.
        reference: Pinned,
        /// Why.
        cause: Box<LayoutError>,
    },
    /// The registry.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// Why a plugin was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It was not pushed.
    #[error(transparent)]
    Push(#[from] PushError),
    /// Its signatures were not.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl SaveError {
    /// Whether what lies there cannot be used, in contrast to could not be fetched.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Pull(error) => error.is_refusal(),
            Self::Signatures(error) => error.is_refusal(),
            Self::Bundle { .. } => true,
            Self::Request(error) => error.cause.is_refusal(),
        }
    }
}

impl<A: Stored> Layout<A> {
    /// Who signed it, if that is who is demanded: what [`Client::verify`] says of one in a registry.
    pub fn verify(&self, demand: &Demand, at: Timestamp) -> Result<Vec<SignedBy>, verdict::Refusal> {
        verdict::judge(self.artifact.digest(), &self.signatures, demand, at)
    }

    /// Signs it, beside whoever signed it before. `name`: what it is called by whoever looks at the signature; it counts for nothing.
    pub fn sign(&mut self, name: &str, sign: &(dyn Fn(&[u8]) -> Vec<u8> + Sync)) -> Result<(), SignError> {
        let signature = Signature::called(name, self.artifact.digest(), sign)?;
        if !self.signatures.contains(&signature) {
            few(self.signatures.len() + 1)?;
            self.signatures.push(signature);
        }
        Ok(())
    }
}

impl Client {
    /// Pulls a plugin together with all of its signatures.
    pub async fn save(&self, reference: &Pinned, contract: &dyn Contract) -> Result<Layout, SaveError> {
        let artifact = self.pull(reference, contract).await?.artifact;
        let signatures = self.signatures(reference).await?;
        Ok(Layout { artifact, signatures, tag: reference.tag.clone() })
    }

    /// Pushes what was saved, its signatures beside those that lie there already.
    pub async fn load<A: Stored>(&self, layout: &Layout<A>, reference: &Reference) -> Result<Pinned, LoadError> {
        let pinned = self.push(&layout.artifact, reference).await?;
        self.attach(&pinned.repository, pinned.digest, &layout.signatures).await?;
        Ok(pinned)
    }
}
