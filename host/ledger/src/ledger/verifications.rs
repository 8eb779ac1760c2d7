//! Looks at deployments after they went out.

use super::{
    Ledger,
    baselines::{LOOKED_AT_MAX, LastGood, PAGE, is_waived},
};
use crate::{
    error::ReadError,
    event::RecordedEvent,
    id::DecisionId,
    store::{baselines, verifications},
    verification::Verification,
};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

impl Ledger {
    /// Looks at the deployment of one decision, the newest first.
    pub async fn verifications(&self, verified: &DecisionId) -> Result<Vec<Verification>, ReadError> {
        verifications::of(&mut *self.0.reads.acquire().await?, verified).await
    }

    /// What happened since a moment and was not looked at by the gate itself: deployments that succeeded or were rolled back, the oldest first.
    pub async fn unlooked(&self, since: Timestamp) -> Result<Vec<RecordedEvent>, ReadError> {
        verifications::unlooked(&mut *self.0.reads.acquire().await?, since).await
    }

    /// The look at the last deployment of this service there that succeeded by the rules and at which everything passed, of others than
    /// this one: by the rules, with nothing that a waiver tolerated.
    pub async fn last_verified(
        &self,
        environment: &EnvironmentName,
        service: &ServiceName,
        verified: &DecisionId,
        known: impl Fn(&DecisionId) -> bool + Send,
    ) -> Result<LastGood, ReadError> {
        for skip in (0..LOOKED_AT_MAX).step_by(PAGE as usize) {
            let mut connection = self.0.reads.acquire().await?;
            let page = baselines::comparable(&mut connection, environment, service, u64::MAX, (skip, PAGE)).await?;
            let mut looks = Vec::new();
            for deployed in page.iter().filter(|id| *id != verified) {
                looks.extend(verifications::passed(&mut connection, deployed).await?);
            }
            drop(connection);
            for look in looks {
                if known(&look) {
                    return Ok(LastGood::Known(look));
                }
                let stored = self.decision(&look).await?;
                if let Some(stored) = stored.filter(|stored| !is_waived(stored)) {
                    return Ok(LastGood::Decided(Box::new(stored)));
                }
            }
            if page.len() < PAGE as usize {
                break;
            }
        }
        Ok(LastGood::None)
    }
}
