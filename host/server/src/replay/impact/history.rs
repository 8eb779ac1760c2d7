//! What a trial reads of the record: once for all decisions, and of each decision.

use super::compared::{Past, Side};
use crate::{
    gate::{
        agreements::AgreedIn,
        baselines::{Compared, Had, as_taken, bound},
    },
    replay::{
        past::Decided,
        reason::{Reason, Stopped},
    },
};
use std::{collections::BTreeSet, ops::Range, sync::Arc, time::Duration};
use tidegate_core::{digest::Digest, name::EvidenceName, time::Timestamp};
use tidegate_ledger::{
    agreement::Agreed,
    error::ReadError,
    forced::Forced,
    id::DecisionId,
    replay::Replayable,
    snapshot::{Before, Reader, Snapshot},
};

/// The longest time that a quota can speak of.
const QUOTA_MAX: Duration = Duration::from_secs(366 * 24 * 3600);

/// A decision, what it was made from, or why that cannot be read.
pub(super) type Read = (Option<Past>, Result<(Decided, Compared), Reason>);

/// All of it of one moment; none of this id.
pub(super) async fn read(
    reader: &Reader,
    id: &DecisionId,
    names: &BTreeSet<EvidenceName>,
) -> Result<Option<Read>, Stopped> {
    let mut snapshot = reader.snapshot().await?;
    let Some(recorded) = snapshot.replayable(id).await? else { return Ok(None) };
    let past = Past {
        at: recorded.inputs.evaluated_at,
        environment: recorded.inputs.deployment.environment().clone(),
        services: recorded.inputs.deployment.services().to_vec(),
        then: Side::of(&recorded.came),
    };
    match with_compared(&mut snapshot, recorded, names).await {
        Ok(both) => Ok(Some((Some(past), Ok(both)))),
        Err(Stopped::NotReplayable(reason)) => Ok(Some((Some(past), Err(reason)))),
        Err(unread) => Err(unread),
    }
}

async fn with_compared(
    snapshot: &mut Snapshot,
    recorded: Replayable,
    names: &BTreeSet<EvidenceName>,
) -> Result<(Decided, Compared), Stopped> {
    let compared = compared(snapshot, &recorded, names).await?;
    Ok((Decided::with_documents(snapshot, recorded).await?, compared))
}

/// What the services would have been compared with under these names: the candidate's may be others than those that were recorded.
async fn compared(
    snapshot: &mut Snapshot,
    recorded: &Replayable,
    names: &BTreeSet<EvidenceName>,
) -> Result<Compared, Stopped> {
    let mut compared = Compared::default();
    if names.is_empty() {
        return Ok(compared);
    }
    let deployment = &recorded.inputs.deployment;
    for service in deployment.service_names() {
        let before = snapshot.last_good(deployment.environment(), &service, recorded.leaf.index).await?;
        let (decision, had) = match before {
            Before::None => continue,
            Before::AllWaived { last, looked_at } => {
                let why = format!("waivers tolerated something in each of the last {looked_at} that succeeded");
                (Arc::from(last.as_str()), Err(Arc::from(why)))
            }
            Before::Unknown(id) => (Arc::from(id.as_str()), Err(Arc::from("what it came to is not recorded any more"))),
            Before::Decided(before) => (before.decision.clone(), had(snapshot, &before, names).await?),
        };
        compared.services.insert(service, decision.clone());
        compared.decisions.entry(decision).or_insert(had);
    }
    Ok(compared)
}

/// What was handed in for an earlier deployment under these names, or why it cannot be had.
async fn had(
    snapshot: &mut Snapshot,
    before: &Replayable,
    names: &BTreeSet<EvidenceName>,
) -> Result<Result<Had, Arc<str>>, Stopped> {
    let digests: Vec<Digest> = bound(&before.inputs.evidence, names).map(|document| document.digest).collect();
    let bodies = snapshot.bodies(&digests).await?;
    let mut fetched = Vec::new();
    for document in bound(&before.inputs.evidence, names) {
        let Some(bytes) = bodies.get(&document.digest) else {
            let why = format!("the record does not hold `{}` ({}) any more", document.label, document.digest);
            return Ok(Err(Arc::from(why)));
        };
        fetched.push(as_taken(document, Arc::from(bytes.as_slice())));
    }
    Ok(Ok(Had { deployment: before.inputs.deployment.clone(), fetched }))
}

/// What is read once for all decisions.
pub(super) struct History {
    /// In the order of the record.
    pub(super) decisions: Vec<DecisionId>,
    forced: Vec<Forced>,
    agreed: Vec<Agreed>,
}

impl History {
    /// Of decisions within these moments.
    pub(super) async fn read(reader: &Reader, within: Range<Timestamp>) -> Result<Self, ReadError> {
        let mut snapshot = reader.snapshot().await?;
        let (mut decisions, mut last) = (Vec::new(), None);
        loop {
            let page = snapshot.decisions(within.clone(), last).await?;
            let Some((index, _)) = page.last() else { break };
            last = Some(*index);
            decisions.extend(page.into_iter().map(|(_, id)| id));
        }
        let quota = u64::try_from(QUOTA_MAX.as_nanos()).unwrap_or(u64::MAX);
        let since = Timestamp::from_nanos(within.start.nanos().saturating_sub(quota));
        let forced = snapshot.forced_after(since).await?;
        Ok(Self { decisions, forced, agreed: snapshot.agreements(u64::MAX).await? })
    }

    /// As quotas count them.
    pub(super) fn forced_before(&self, now: Timestamp) -> Vec<Forced> {
        self.forced.iter().filter(|forced| forced.at < now).cloned().collect()
    }

    /// Those of waivers that the candidate has, too, go on counting.
    pub(super) fn agreed_before(&self, leaf: u64) -> AgreedIn {
        let before = self.agreed.iter().filter(|agreed| agreed.leaf_index < leaf);
        AgreedIn::of(before.map(|agreed| (agreed.waiver, agreed.leaf_index)))
    }
}
