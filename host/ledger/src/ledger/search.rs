//! Decisions, as whoever looks for them sees them.

use super::Ledger;
use crate::{
    change::{ChangesAsked, ChangesPage},
    error::ReadError,
    search::{Page, Reach, Search, Window},
    stats::{Counts, Stat, StatsError},
    store::{acts, search, stats},
};

impl Ledger {
    /// A page of the decisions that are looked for, the newest first.
    pub async fn search(&self, asked: &Search) -> Result<Page, ReadError> {
        let mut connection = self.looking().await?;
        search::page(&mut connection, asked).await
    }

    /// Counts what lies in a window, within reach.
    pub async fn count(&self, stat: Stat, window: Window, reach: &[Reach]) -> Result<Counts, StatsError> {
        let mut connection = self.looking().await?;
        stats::count(&mut connection, stat, window, reach).await
    }

    /// A page of the acts of power that are looked for, the newest first.
    pub async fn changes(&self, asked: &ChangesAsked) -> Result<ChangesPage, ReadError> {
        let mut connection = self.looking().await?;
        acts::page(&mut connection, asked).await
    }
}
