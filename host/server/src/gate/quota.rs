//! How often deployments were forced, as a set's quota counts it.

use crate::gate::{Gate, error::GateError};
use std::time::Duration;
use tidegate_bundle::identities::people::People;
use tidegate_core::{
    break_glass::{OverrideRequest, Quota, QuotaUse},
    deployment::Deployment,
    time::Timestamp,
};
use tidegate_ledger::forced::Forced;

/// The longest time that a quota can speak of.
const WITHIN_MAX: Duration = Duration::from_secs(366 * 24 * 3600);

impl Gate {
    /// What was forced in the time that any quota can speak of; of interest only to whoever wishes to force something.
    pub(super) async fn forced_before(&self, is_wish: bool, now: Timestamp) -> Result<Vec<Forced>, GateError> {
        if is_wish { Ok(self.ledger().forced_after(before(now, WITHIN_MAX)).await?) } else { Ok(Vec::new()) }
    }
}

/// What is known of deployments that were forced before.
#[derive(Debug, Clone)]
pub enum ForcedBefore {
    /// All that any quota can speak of.
    Listed(Vec<Forced>),
    /// As it was counted when the decision was made.
    Counted(QuotaUse),
}

impl ForcedBefore {
    /// How often it was done before, for this wish.
    #[must_use]
    pub fn used(
        &self,
        quota: Quota,
        wish: &OverrideRequest,
        people: &People,
        deployment: &Deployment,
        now: Timestamp,
    ) -> QuotaUse {
        match self {
            Self::Listed(forced) => used(quota, wish, people, deployment, forced, now),
            Self::Counted(used) => *used,
        }
    }
}

fn used(
    quota: Quota,
    wish: &OverrideRequest,
    people: &People,
    deployment: &Deployment,
    forced: &[Forced],
    now: Timestamp,
) -> QuotaUse {
    let since = before(now, quota.within.min(WITHIN_MAX));
    let within = || forced.iter().filter(|forced| forced.at > since);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let of_service = deployment.services().iter().map(|service| {
        let same = |forced: &&Forced| {
            forced.environment == *deployment.environment() && forced.services.contains(&service.name)
        };
        within().filter(same).count()
    });
    QuotaUse {
        since,
        by_person: count(within().filter(|forced| people.same(&forced.person, &wish.actor)).count()),
        of_service: count(of_service.max().unwrap_or(0)),
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_nanos(now.nanos().saturating_sub(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
}
