//! What a registry, or a file, holds under one manifest.

use crate::{contract::Contract, layout::LayoutError, manifest::Descriptor};
use bytes::Bytes;
use tidegate_core::digest::Digest;

/// Something that belongs to an artifact beside its manifest.
#[derive(Debug, Clone, Copy)]
pub struct Blob<'a> {
    /// Its bytes.
    pub bytes: &'a Bytes,
    /// Whether somebody wants to know how far it is.
    pub is_large: bool,
}

/// Whoever has the blobs that a manifest names. What is handed out is what its digest says.
pub type Blobs<'a> = &'a mut dyn FnMut(&Descriptor) -> Result<Bytes, LayoutError>;

/// An artifact: a manifest, and what it names.
pub trait Stored: Sized {
    /// What it is, for whoever finds something else or several.
    const NAME: &'static str;
    /// Bytes of everything together, at most.
    const BYTES_MAX: u64;

    /// The manifest.
    fn manifest(&self) -> &Bytes;

    /// Everything else.
    fn blobs(&self) -> Vec<Blob<'_>>;

    /// The artifact of this manifest, if it is one that could be used.
    fn gathered(manifest: Bytes, blobs: Blobs<'_>, contract: &dyn Contract) -> Result<Self, LayoutError>;

    /// Of the manifest, which is the artifact's own.
    fn digest(&self) -> Digest {
        Digest::of(self.manifest())
    }
}
