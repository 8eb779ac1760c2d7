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
        self.caught_up().await?;
        let mut connection = self.0.reads.acquire().await?;
        search::page(&mut connection, asked).await
    }

    /// Counts what lies in a window, within reach.
    pub async fn count(&self, stat: Stat, window: Window, reach: &[Reach]) -> Result<Counts, StatsError> {
        self.caught_up().await?;
        let mut connection = self.0.reads.acquire().await?;
        stats::count(&mut connection, stat, window, reach).await
    }

    /// A page of the acts of power that are looked for, the newest first.
    pub async fn changes(&self, asked: &ChangesAsked) -> Result<ChangesPage, ReadError> {
        self.caught_up().await?;
        let mut connection = self.0.reads.acquire().await?;
        acts::page(&mut connection, asked).await
    }
}
