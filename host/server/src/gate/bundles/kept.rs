//! Signed bundles in the record: the one that is in force is the one that was activated last, by whichever gate.

use crate::gate::{
    activation::{LastGoodError, body},
    material::kept::Kept,
};
use bytes::Bytes;
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;
use tidegate_ledger::{act::Activated, error::ReadError, ledger::Ledger};
use tidegate_registry::{bundle::Bundle, layout::Layout, signature::Signature};

/// The bundle of an activation as it was signed, made again from what the record holds; none: it was not made of a signed one.
pub(crate) async fn recorded(ledger: &Ledger, activated: &Activated) -> Result<Option<Layout<Bundle>>, LastGoodError> {
    let Some(sources) = activated.sources else { return Ok(None) };
    let kept = Kept::read(&body(ledger, "the list of its files", sources).await?)?;
    let Some(signed) = kept.signed.clone() else { return Ok(None) };
    let mut blobs: BTreeMap<Digest, Bytes> = BTreeMap::new();
    for bytes in [Bytes::from(kept.files()), signed.config.clone()] {
        blobs.insert(Digest::of(&bytes), bytes);
    }
    for digest in kept.components.values() {
        if !blobs.contains_key(digest) {
            let component = body(ledger, "a plugin's component", *digest).await?;
            blobs.insert(*digest, Bytes::from_owner(component));
        }
    }
    let artifact = Bundle::from_blobs(signed.manifest.clone(), &blobs)?;
    let signatures: Vec<Signature> = signed.signatures.clone();
    Ok(Some(Layout { artifact, signatures, tag: None }))
}

/// Equal as long as no other bundle is activated.
pub(crate) async fn look(ledger: &Ledger) -> Result<Option<Digest>, ReadError> {
    let last = ledger.last_activated().await?;
    Ok(last.map(|Activated { bundle, sources, at }| {
        Digest::of(
            format!("{bundle}\n{}\n{at}\n", sources.map(|digest| digest.to_string()).unwrap_or_default()).as_bytes(),
        )
    }))
}
