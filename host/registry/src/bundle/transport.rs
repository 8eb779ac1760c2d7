//! A bundle from a registry. To one it goes as every artifact does.

use super::{Bundle, Parts};
use crate::{
    client::{Client, blobs::Part},
    contract::Contract,
    layout::{Layout, LayoutError, SaveError},
    manifest::Descriptor,
    reference::Pinned,
    stored::Stored as _,
};
use bytes::Bytes;
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;

/// Components of bundles are looked at by whoever loads them.
struct Anything;

impl Contract for Anything {
    fn exceeding(&self, _imports: &[String]) -> Vec<String> {
        Vec::new()
    }

    fn imports(&self, _component: &[u8]) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

impl Bundle {
    /// The bundle of this manifest, if it is one, from whoever has its blobs by their digests.
    pub fn from_blobs(manifest: Bytes, blobs: &BTreeMap<Digest, Bytes>) -> Result<Self, LayoutError> {
        let mut blob = |named: &Descriptor| {
            blobs.get(&named.digest).cloned().ok_or_else(|| LayoutError::Absent(named.digest.to_string()))
        };
        Self::gathered(manifest, &mut blob, &Anything)
    }
}

impl Layout<Bundle> {
    /// Reads a tar with one bundle in it and, where there are any, its signatures.
    pub fn read_bundle(from: impl std::io::Read) -> Result<Self, LayoutError> {
        Self::read(from, &Anything)
    }
}

impl Client {
    /// Pulls a bundle together with all of its signatures.
    pub async fn save_bundle(&self, reference: &Pinned) -> Result<Layout<Bundle>, SaveError> {
        let Pinned { repository, digest, .. } = reference;
        let refused = |cause: LayoutError| SaveError::Bundle { reference: reference.clone(), cause: Box::new(cause) };
        let manifest = self.manifest(repository, *digest).await?;
        let Parts { config, policies, components } = Parts::read(&manifest).map_err(|error| refused(error.into()))?;
        let mut blobs = BTreeMap::new();
        for (part, named) in [(Part::Config, config), (Part::Policies, policies)]
            .into_iter()
            .chain(components.into_iter().map(|named| (Part::Component, named)))
        {
            blobs.insert(named.digest, self.blob(repository, part, &named).await?);
        }
        let artifact = Bundle::from_blobs(manifest, &blobs).map_err(refused)?;
        let signatures = self.signatures(reference).await?;
        Ok(Layout { artifact, signatures, tag: reference.tag.clone() })
    }
}
