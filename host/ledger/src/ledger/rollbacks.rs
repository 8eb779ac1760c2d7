//! Rollbacks: what was ordered, and what a service can go back to.

use super::{
    Ledger,
    baselines::{LOOKED_AT_MAX, PAGE},
};
use crate::{
    error::ReadError,
    id::DecisionId,
    rollback::{Newest, Previous, Rollback, RollbacksAsked},
    store::{baselines, dialect, rollbacks},
};
use tidegate_core::{
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};

impl Ledger {
    /// Those that are looked for, the newest first.
    pub async fn rollbacks(&self, asked: &RollbacksAsked) -> Result<Vec<Rollback>, ReadError> {
        rollbacks::find(&mut *self.0.reads.acquire().await?, asked).await
    }

    /// The one of this id.
    pub async fn rollback(&self, id: &str) -> Result<Option<Rollback>, ReadError> {
        rollbacks::one(&mut *self.0.reads.acquire().await?, id).await
    }

    /// Those of one cause, one of each service, in their order.
    pub async fn rollbacks_of(&self, cause: &str) -> Result<Vec<Rollback>, ReadError> {
        rollbacks::of_cause(&mut *self.0.reads.acquire().await?, cause).await
    }

    /// Those that were ordered in an environment after a moment, the newest first; and the newest of all.
    pub async fn rollbacks_ordered(
        &self,
        environment: &EnvironmentName,
        since: Timestamp,
    ) -> Result<(Vec<Rollback>, Newest), ReadError> {
        let mut snapshot = dialect::snapshot_of(&self.0.reads).await?;
        let ordered = rollbacks::ordered_since(&mut snapshot, environment, since).await?;
        Ok((ordered, rollbacks::newest(&mut snapshot, environment).await?))
    }

    /// The decision by which that deployment went that began last in an environment, of a service or of any, and was not said to be rolled
    /// back since.
    pub async fn deployed(
        &self,
        environment: &EnvironmentName,
        service: Option<&ServiceName>,
    ) -> Result<Option<DecisionId>, ReadError> {
        rollbacks::deployed(&mut *self.0.reads.acquire().await?, environment, service).await
    }

    /// The decision by which a service was deployed there after this one, if it was, and was not said to be rolled back since.
    pub async fn taken_over(
        &self,
        decision: &DecisionId,
        service: &ServiceName,
    ) -> Result<Option<DecisionId>, ReadError> {
        rollbacks::taken_over(&mut *self.0.reads.acquire().await?, decision, service).await
    }

    /// The deployment of a service there that succeeded last by the rules, put another version there, was not ordered back, and `may` be gone
    /// back to. What waivers tolerated in it ran, too.
    pub async fn previous<F>(
        &self,
        environment: &EnvironmentName,
        service: &ServiceName,
        (undone, version): (&DecisionId, &Version),
        may: impl Fn(DecisionId) -> F + Send,
    ) -> Result<Option<Previous>, ReadError>
    where
        F: Future<Output = Result<bool, ReadError>> + Send,
    {
        for skip in (0..LOOKED_AT_MAX).step_by(PAGE as usize) {
            let mut connection = self.0.reads.acquire().await?;
            let page = baselines::succeeded(&mut connection, environment, service, (0, u64::MAX), (skip, PAGE)).await?;
            let mut found = Vec::new();
            for id in page.iter().filter(|id| *id != undone) {
                found.extend(rollbacks::stands(&mut connection, id, service).await?);
            }
            drop(connection);
            for previous in found.into_iter().filter(|previous| previous.version != *version) {
                if may(previous.decision.clone()).await? {
                    return Ok(Some(previous));
                }
            }
            if page.len() < PAGE as usize {
                break;
            }
        }
        Ok(None)
    }
}
