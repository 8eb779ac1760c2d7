//! What a deployment is compared with.

use super::Ledger;
use crate::{error::ReadError, id::DecisionId, store::baselines, stored::StoredDecision};
use tidegate_core::name::{EnvironmentName, ServiceName};

/// Decisions that are looked for in one go.
pub(crate) const PAGE: u32 = 20;
/// Decisions that are looked at, at most.
pub(crate) const LOOKED_AT_MAX: u32 = 200;

/// The last deployment of a service that succeeded by the rules.
#[derive(Debug)]
pub enum LastGood {
    /// There is none.
    None,
    /// The decision that it went by.
    Decided(Box<StoredDecision>),
    /// It went by this decision, which was asked about before.
    Known(DecisionId),
    /// Waivers tolerated something in each of so many that succeeded last; those before them were not looked at.
    AllWaived {
        /// The last of them.
        last: DecisionId,
        /// How many.
        looked_at: u32,
    },
}

impl Ledger {
    /// The decision that the last deployment of this service there went by which succeeded by the rules: allowed, not forced, with
    /// nothing that a waiver tolerated, neither failed, revoked nor rolled back since, and no maintenance closed since after which it is
    /// compared with nothing of before.
    ///
    /// A decision that is `known` to be one for another service is not read again.
    pub async fn last_good(
        &self,
        environment: &EnvironmentName,
        service: &ServiceName,
        known: impl Fn(&DecisionId) -> bool + Send,
    ) -> Result<LastGood, ReadError> {
        let mut last = None;
        for skip in (0..LOOKED_AT_MAX).step_by(PAGE as usize) {
            let mut connection = self.0.reads.acquire().await?;
            let page = baselines::comparable(&mut connection, environment, service, u64::MAX, (skip, PAGE)).await?;
            drop(connection);
            for id in &page {
                if known(id) {
                    return Ok(LastGood::Known(id.clone()));
                }
                let stored = self.decision(id).await?;
                if let Some(stored) = stored.filter(|stored| !is_waived(stored)) {
                    return Ok(LastGood::Decided(Box::new(stored)));
                }
            }
            if page.len() < PAGE as usize {
                return Ok(LastGood::None);
            }
            last = last.or_else(|| page.into_iter().next());
        }
        Ok(last.map_or(LastGood::None, |last| LastGood::AllWaived { last, looked_at: LOOKED_AT_MAX }))
    }
}

pub(super) fn is_waived(stored: &StoredDecision) -> bool {
    stored.judgement.decision.waivers.iter().any(|used| used.findings > 0)
}
