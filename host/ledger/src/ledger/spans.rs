//! Span trees, as whoever exports them sees them.

use super::Ledger;
use crate::{
    error::{ReadError, RecordError},
    spans::{SpanBatch, SpanCounts, SpansSent},
    store::spans,
    writer::job::Work,
};

impl Ledger {
    /// Comes back once a tree is durable that was written since it was last asked, at once when there is one already. For one waiter.
    pub async fn spans_written(&self) {
        self.0.spanned.notified().await;
    }

    /// Trees that are to be sent next: so many and so many bytes at most, and one in any case.
    pub async fn spans_due(&self, trees_max: u32, bytes_max: usize) -> Result<SpanBatch, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        spans::due(&mut connection, trees_max, bytes_max, self.0.config.body_bytes_max).await
    }

    /// Notes what became of sending some. No leaf: it is no act of power.
    pub async fn spans_sent(&self, sent: SpansSent) -> Result<(), RecordError> {
        self.submit(0, move || Ok(Work::SpansSent(sent))).await.map(drop)
    }

    /// How the export stands.
    pub async fn span_counts(&self) -> Result<SpanCounts, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        spans::counts(&mut connection).await
    }

    /// Why a collector refused trees, by their leaves, the newest first; so many at most.
    pub async fn spans_refused(&self, max: u32) -> Result<Vec<(u64, String)>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        spans::refused(&mut connection, max).await
    }
}
