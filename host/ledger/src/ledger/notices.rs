//! Notices, as whoever sends them sees them.

use super::Ledger;
use crate::{
    error::{ReadError, RecordError},
    id::DecisionId,
    notice::{DueNotice, Notice, NoticeCounts, Tried},
    store::notices,
    writer::job::Work,
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;

impl Ledger {
    /// Comes back once a notice is durable that was written since it was last asked, at once when there is one already. For one waiter.
    pub async fn notice_written(&self) {
        self.0.noticed.notified().await;
    }

    /// Those that are to be sent at a moment, so many to one contact, the one that waits longest first; and when the next one after it is.
    pub async fn notices_due(
        &self,
        now: Timestamp,
        to_one_max: u32,
    ) -> Result<(Vec<DueNotice>, Option<Timestamp>), ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let due = notices::due(&mut connection, now, to_one_max).await?;
        Ok((due, notices::next(&mut connection, now).await?))
    }

    /// Notes what became of sending one. No leaf: it is no act of power.
    pub async fn notice_tried(&self, id: Arc<str>, tried: Tried) -> Result<(), RecordError> {
        self.submit(0, move || Ok(Work::NoticeTried { id, tried })).await.map(drop)
    }

    /// From that moment on there is a way to these contacts: what waits for them is to be sent.
    pub async fn notices_routed(&self, contacts: Vec<Arc<str>>, now: Timestamp) -> Result<(), RecordError> {
        self.submit(0, move || Ok(Work::NoticesRouted { contacts, now })).await.map(drop)
    }

    /// Those about a decision, in the order in which they were written.
    pub async fn notices_of(&self, decision: &DecisionId) -> Result<Vec<Notice>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        notices::of(&mut connection, decision).await
    }

    /// Those that nobody took, though they were sent or could not be; the newest first.
    pub async fn notices_troubled(&self, max: u32) -> Result<Vec<Notice>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        notices::troubled(&mut connection, max).await
    }

    /// How many stand how.
    pub async fn notice_counts(&self) -> Result<NoticeCounts, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        notices::counts(&mut connection).await
    }
}
