//! Maintenances, and what was stated for them.

use super::Ledger;
use crate::{
    error::ReadError,
    maintenance::{Maintenance, MaintenancesAsked, Taken},
    statement::Stated,
    store::{dialect, maintenances, statements},
};
use tidegate_core::{name::EnvironmentName, time::Timestamp};

impl Ledger {
    /// A maintenance by its name, and what became of it, in its order.
    pub async fn maintenance(&self, id: &str) -> Result<Option<(Maintenance, Vec<Taken>)>, ReadError> {
        let mut snapshot = dialect::snapshot_of(&self.0.reads).await?;
        let Some(maintenance) = maintenances::one(&mut snapshot, id).await? else { return Ok(None) };
        let steps = maintenances::steps(&mut snapshot, id).await?;
        Ok(Some((maintenance, steps)))
    }

    /// Maintenances, the newest first.
    pub async fn maintenances(&self, asked: &MaintenancesAsked) -> Result<Vec<Maintenance>, ReadError> {
        maintenances::page(&mut *self.0.reads.acquire().await?, asked).await
    }

    /// Those of an environment that were open when a leaf was written, in the order in which they opened.
    pub async fn maintenances_open_at(
        &self,
        environment: &EnvironmentName,
        leaf: u64,
    ) -> Result<Vec<Maintenance>, ReadError> {
        maintenances::open_at(&mut *self.0.reads.acquire().await?, environment, leaf).await
    }

    /// How many are open, and of these how many that had to be closed by now.
    pub async fn maintenances_open(&self, now: Timestamp) -> Result<(u64, u64), ReadError> {
        maintenances::open_now(&mut *self.0.reads.acquire().await?, now).await
    }

    /// What was stated in a scope after a leaf, the newest first; so many at most.
    pub async fn stated_since(&self, scope: &str, leaf: u64, max: u32) -> Result<Vec<Stated>, ReadError> {
        statements::since(&mut *self.0.reads.acquire().await?, scope, leaf, max).await
    }
}
