//! What a trial reads of the record: once for all decisions, and of each decision.

use super::compared::{Past, Side};
use crate::{
    gate::agreements::AgreedIn,
    replay::{
        past::Decided,
        reason::{Reason, Stopped},
    },
};
use std::{ops::Range, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{agreement::Agreed, error::ReadError, forced::Forced, id::DecisionId, snapshot::Reader};

/// The longest time that a quota can speak of.
const QUOTA_MAX: Duration = Duration::from_secs(366 * 24 * 3600);

/// A decision, what it was made from, or why that cannot be read.
pub(super) type Read = (Option<Past>, Result<Decided, Reason>);

/// All of it of one moment; none of this id.
pub(super) async fn read(reader: &Reader, id: &DecisionId) -> Result<Option<Read>, Stopped> {
    let mut snapshot = reader.snapshot().await?;
    let Some(recorded) = snapshot.replayable(id).await? else { return Ok(None) };
    let past = Past {
        at: recorded.inputs.evaluated_at,
        environment: recorded.inputs.deployment.environment().clone(),
        services: recorded.inputs.deployment.services().to_vec(),
        then: Side::of(&recorded.came),
    };
    match Decided::with_documents(&mut snapshot, recorded).await {
        Ok(decided) => Ok(Some((Some(past), Ok(decided)))),
        Err(Stopped::NotReplayable(reason)) => Ok(Some((Some(past), Err(reason)))),
        Err(unread) => Err(unread),
    }
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
