//! What a replay reads of the record, at one moment.

use super::reason::{Reason, Stopped};
use crate::gate::{agreements::AgreedIn, material::kept::Kept};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tidegate_core::digest::Digest;
use tidegate_ledger::{body::BodyKind, error::ReadError, id::DecisionId, replay::Replayable, snapshot::Snapshot};

/// Bytes by their digests.
pub type Bytes = BTreeMap<Digest, Arc<[u8]>>;

/// A decision with its documents.
#[derive(Debug)]
pub struct Decided {
    /// As recorded.
    pub recorded: Replayable,
    /// Its documents.
    pub documents: Bytes,
    /// Which waivers were agreed to when it was judged.
    pub agreed: Arc<AgreedIn>,
}

/// The files of a bundle.
#[derive(Debug)]
pub struct Bundled {
    /// Of the bundle.
    pub digest: Digest,
    /// Texts, and which components they name.
    pub kept: Kept,
    /// The components.
    pub components: Bytes,
}

impl Decided {
    /// Reads a decision; none of this id.
    pub async fn read(snapshot: &mut Snapshot, id: &DecisionId) -> Result<Option<Self>, Stopped> {
        match snapshot.replayable(id).await? {
            Some(recorded) => Self::with_documents(snapshot, recorded).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads what a decision was made from.
    pub async fn with_documents(snapshot: &mut Snapshot, recorded: Replayable) -> Result<Self, Stopped> {
        let digests: BTreeSet<Digest> = recorded.inputs.evidence.iter().map(|document| document.digest).collect();
        let documents = all(snapshot, BodyKind::Evidence, digests).await?;
        let agreed = if recorded.inputs.limits.are_complete() {
            AgreedIn::of(recorded.inputs.agreed.iter().map(|agreed| (agreed.waiver, agreed.agreed_in)))
        } else {
            // A record of before does not say which counted: those that were in the record by then.
            let before = snapshot.agreements(recorded.leaf.index).await?;
            AgreedIn::of(before.into_iter().map(|agreed| (agreed.waiver, agreed.leaf_index)))
        };
        Ok(Self { recorded, documents, agreed: Arc::new(agreed) })
    }
}

impl Bundled {
    /// Reads the files of the bundle by which a decision was made.
    pub async fn read(snapshot: &mut Snapshot, recorded: &Replayable) -> Result<Self, Stopped> {
        let digest = recorded.inputs.bundle;
        let activated = snapshot.activation(digest, recorded.leaf.index).await?;
        let sources = activated.and_then(|activated| activated.sources).ok_or(Reason::NoFiles { bundle: digest })?;
        let list = snapshot.body(BodyKind::Sources, sources).await?;
        let kept = Kept::read(&list).map_err(|cause| Reason::Kept { bundle: digest, cause })?;
        let components = all(snapshot, BodyKind::Plugin, kept.components.values().copied().collect()).await?;
        Ok(Self { digest, kept, components })
    }
}

/// These bodies, or which of them is gone.
async fn all(snapshot: &mut Snapshot, kind: BodyKind, digests: BTreeSet<Digest>) -> Result<Bytes, ReadError> {
    let wanted: Vec<Digest> = digests.into_iter().collect();
    let found = snapshot.bodies(&wanted).await?;
    if let Some(digest) = wanted.iter().find(|digest| !found.contains_key(digest)) {
        return Err(ReadError::Gone { kind, digest: *digest });
    }
    Ok(found.into_iter().map(|(digest, bytes)| (digest, Arc::from(bytes))).collect())
}
