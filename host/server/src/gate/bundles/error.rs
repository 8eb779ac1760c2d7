//! Why a bundle is refused.

use crate::gate::material::kept::KeptError;
use std::sync::Arc;
use tidegate_core::digest::Digest;
use tidegate_registry::{
    layout::LayoutError,
    signature::{
        demand::DemandError,
        verdict::{Missing, Refusal},
    },
};

/// Why a bundle is refused.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// No bundle, or one that was tampered with.
    #[error("it cannot be read: {0}")]
    Layout(#[from] LayoutError),
    /// Not signed as the gate asks for.
    #[error("{digest} is refused: {refusal}")]
    Refused {
        /// Of its manifest.
        digest: Digest,
        /// Why.
        refusal: Refusal,
    },
    /// Signed by its one author.
    #[error(
        "{digest} is refused: `{author}` alone wrote it, so that their own signature does not count; missing: {missing}; \
         hint: somebody else who is named under `bundle.verify` has to sign it"
    )]
    SoleAuthor {
        /// Of its manifest.
        digest: Digest,
        /// Who.
        author: Arc<str>,
        /// Who should have signed it.
        missing: Missing,
    },
    /// Nobody could sign it.
    #[error("whose signatures count cannot be said: {0}")]
    Demand(#[from] DemandError),
    /// Its policies cannot be read.
    #[error("{0}")]
    Files(#[from] KeptError),
    /// They are written down in another way than this build does.
    #[error("its list of files is of another build; hint: build the bundle with the version of the gate")]
    OtherForm,
    /// A name that no file has.
    #[error("it names a file `{0}`, which no file is called")]
    FileName(String),
    /// A component that its policies name is not there.
    #[error("it names {digest} as the component of `{file}`, and does not hold it")]
    Absent {
        /// As the policies name it.
        file: String,
        /// Of the component.
        digest: Digest,
    },
    /// A component that nobody named when they signed the policies.
    #[error("it holds {0}, which its policies do not name")]
    Surplus(Digest),
}
