//! What a replay reads of the record, at one moment.

use super::reason::{Reason, Stopped};
use crate::gate::{agreements::AgreedIn, material::kept::Kept};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tidegate_core::{baseline::Compared, deployment::Deployment, digest::Digest, judgement::Submitted};
use tidegate_ledger::{
    body::BodyKind,
    error::ReadError,
    id::DecisionId,
    replay::{Inputs, Replayable},
    snapshot::Snapshot,
};

/// Bytes by their digests.
pub type Bytes = BTreeMap<Digest, Arc<[u8]>>;

/// A decision with its documents.
#[derive(Debug)]
pub struct Decided {
    /// As recorded.
    pub recorded: Replayable,
    /// Its documents.
    pub documents: Bytes,
    /// What earlier deployments had that its services were compared with, by decision, or why it could not be had.
    pub earlier: BTreeMap<Arc<str>, Result<Earlier, Arc<str>>>,
    /// Which waivers were agreed to when it was judged.
    pub agreed: Arc<AgreedIn>,
}

/// An earlier deployment that services were compared with.
#[derive(Debug)]
pub struct Earlier {
    /// What was deployed.
    pub deployment: Arc<Deployment>,
    /// What was handed in for it and compared.
    pub evidence: Vec<Submitted>,
    /// These documents.
    pub documents: Bytes,
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
        let earlier = earlier(snapshot, &recorded.inputs).await?;
        let agreed = if recorded.inputs.limits.are_complete() {
            AgreedIn::of(recorded.inputs.agreed.iter().map(|agreed| (agreed.waiver, agreed.agreed_in)))
        } else {
            // A record of before does not say which counted: those that were in the record by then.
            let before = snapshot.agreements(recorded.leaf.index).await?;
            AgreedIn::of(before.into_iter().map(|agreed| (agreed.waiver, agreed.leaf_index)))
        };
        Ok(Self { recorded, documents, earlier, agreed: Arc::new(agreed) })
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

/// What the judgement says that it compared with.
async fn earlier(
    snapshot: &mut Snapshot,
    inputs: &Inputs,
) -> Result<BTreeMap<Arc<str>, Result<Earlier, Arc<str>>>, Stopped> {
    let compared: BTreeSet<Digest> = inputs.baseline.iter().copied().collect();
    let mut earlier = BTreeMap::new();
    for Compared { decision, unavailable, .. } in &inputs.compared {
        if earlier.contains_key(decision) {
            continue;
        }
        let had = match unavailable {
            Some(why) => Err(why.clone()),
            None => Ok(had(snapshot, decision, &compared).await?),
        };
        earlier.insert(decision.clone(), had);
    }
    Ok(earlier)
}

async fn had(snapshot: &mut Snapshot, decision: &str, compared: &BTreeSet<Digest>) -> Result<Earlier, Stopped> {
    let altered = || ReadError::Altered { what: format!("the decision `{decision}`, which was compared with") };
    let id = DecisionId::parse(decision).map_err(|_| altered())?;
    let inputs = snapshot.replayable(&id).await?.ok_or_else(altered)?.inputs;
    let evidence: Vec<Submitted> =
        inputs.evidence.into_iter().filter(|document| compared.contains(&document.digest)).collect();
    let digests = evidence.iter().map(|document| document.digest).collect();
    let documents = all(snapshot, BodyKind::Evidence, digests).await?;
    Ok(Earlier { deployment: inputs.deployment, evidence, documents })
}

/// These bodies, or which of them is gone.
async fn all(snapshot: &mut Snapshot, kind: BodyKind, digests: BTreeSet<Digest>) -> Result<Bytes, ReadError> {
    let wanted: Vec<Digest> = digests.into_iter().collect();
    let found = snapshot.bodies(&wanted).await?;
    if let Some(digest) = wanted.iter().find(|digest| !found.contains_key(digest)) {
        return Err(snapshot.explained(ReadError::Gone { kind, digest: *digest, removed: None }).await);
    }
    Ok(found.into_iter().map(|(digest, bytes)| (digest, Arc::from(bytes))).collect())
}
