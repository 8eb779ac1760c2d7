//! Where signatures lie in a registry.

use super::{SignError, Signature, VerifyError, tag_of, verdict::Refusal};
use crate::{
    client::{Client, blobs::Part, error::RequestError},
    limits::{PAYLOAD_BYTES_MAX, SIGNATURES_MAX, TooMuch},
    manifest::{Annotations, Descriptor, Manifest, ManifestError},
    media,
    reference::{Pinned, Repository},
};
use bytes::Bytes;
use serde_json::json;
use tidegate_core::digest::Digest;

impl Client {
    /// All signatures beside an artifact, by whomever.
    pub(crate) async fn signatures(&self, artifact: &Pinned) -> Result<Vec<Signature>, VerifyError> {
        let Pinned { repository, digest, .. } = artifact;
        let refused = |refusal| VerifyError::Refused { reference: artifact.clone(), refusal };
        let unreadable = |cause: &dyn std::fmt::Display| refused(Refusal::Unreadable(cause.to_string()));
        let Some(manifest) = self.tagged(repository, &tag_of(*digest)).await? else { return Ok(Vec::new()) };
        let layers = Manifest::read(&manifest).map_err(|error| unreadable(&error))?.layers;
        let layers: Vec<Descriptor> = layers.into_iter().filter(is_signature).collect();
        few(layers.len()).map_err(|error| unreadable(&error))?;
        let mut signatures = Vec::new();
        for descriptor in layers {
            TooMuch::bytes("what a signature signs", descriptor.size, PAYLOAD_BYTES_MAX)
                .map_err(|error| unreadable(&error))?;
            let payload = match self.blob(repository, Part::Payload, &descriptor).await {
                Ok(payload) => payload,
                Err(error) if error.cause.is_refusal() => {
                    return Err(refused(Refusal::Tampered(error.cause.to_string())));
                }
                Err(error) => return Err(error.into()),
            };
            signatures.push(Signature { descriptor, payload });
        }
        Ok(signatures)
    }

    /// Puts signatures beside those that are there. A registry has no way to say "only if nobody else did": it is read again.
    pub(crate) async fn attach(
        &self,
        repository: &Repository,
        digest: Digest,
        signatures: &[Signature],
    ) -> Result<(), SignError> {
        let tag = tag_of(digest);
        let mut layers = self.layers_at(repository, &tag).await?;
        let new: Vec<&Signature> = signatures.iter().filter(|one| !layers.iter().any(|old| one.is(old))).collect();
        if new.is_empty() {
            return Ok(());
        }
        layers.extend(new.iter().map(|signature| signature.descriptor.clone()));
        few(layers.len())?;
        let (config, manifest) = image(layers).map_err(|source| SignError::Store { tag: tag.clone(), source })?;
        for signature in new {
            self.put_blob(repository, Part::Payload, &signature.payload).await?;
        }
        self.put_blob(repository, Part::Config, &config).await?;
        self.put_manifest(repository, Some(&tag), &manifest).await?;
        let now = self.layers_at(repository, &tag).await?;
        let all = signatures.iter().all(|one| now.iter().any(|layer| one.is(layer)));
        if all { Ok(()) } else { Err(SignError::Overtaken) }
    }

    async fn layers_at(&self, repository: &Repository, tag: &str) -> Result<Vec<Descriptor>, SignError> {
        let manifest: Result<_, RequestError> = self.tagged(repository, tag).await;
        let Some(manifest) = manifest? else { return Ok(Vec::new()) };
        let store = |source| SignError::Store { tag: tag.to_owned(), source };
        Ok(Manifest::read(&manifest).map_err(store)?.layers)
    }
}

fn is_signature(layer: &Descriptor) -> bool {
    layer.media_type == media::SIMPLE_SIGNING
}

pub(crate) fn few(used: usize) -> Result<(), TooMuch> {
    if used <= SIGNATURES_MAX {
        return Ok(());
    }
    let (used, allowed) = (used as u64, SIGNATURES_MAX as u64);
    Err(TooMuch { what: "the list of its signatures", unit: "signatures", used, allowed })
}

/// Config and manifest of these layers, as cosign writes them.
pub(crate) fn image(layers: Vec<Descriptor>) -> Result<(Bytes, Bytes), ManifestError> {
    let never = "0001-01-01T00:00:00Z";
    let digests: Vec<String> = layers.iter().map(|layer| layer.digest.to_string()).collect();
    let history: Vec<_> = layers.iter().map(|_| json!({ "created": never })).collect();
    let config = json!({
        "architecture": "", "created": never, "history": history, "os": "",
        "rootfs": { "type": "layers", "diff_ids": digests }, "config": {},
    });
    let config = Bytes::from(config.to_string());
    let manifest =
        Manifest { config: Descriptor::of(media::IMAGE_CONFIG, &config), layers, annotations: Annotations::new() };
    Ok((config, Bytes::from(manifest.bytes()?)))
}
