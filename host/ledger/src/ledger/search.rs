//! Decisions, as whoever looks for them sees them.

use super::Ledger;
use crate::{
    error::ReadError,
    search::{Page, Search},
    store::search,
};

impl Ledger {
    /// A page of the decisions that are looked for, the newest first.
    pub async fn search(&self, asked: &Search) -> Result<Page, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        search::page(&mut connection, asked).await
    }
}
