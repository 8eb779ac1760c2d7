//! Numbers about the export of span trees.

use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::{Registry, Unit},
};
use std::sync::atomic::Ordering;
use tidegate_core::time::Timestamp;
use tidegate_ledger::spans::SpanCounts;

/// How the export stands. All at zero where span trees are not exported.
#[derive(Debug, Default)]
pub(super) struct SpanMetrics {
    pending: Gauge,
    oldest_seconds: Gauge,
    exported: Counter,
    rejected: Counter,
    refused: Counter,
    gone: Counter,
}

impl SpanMetrics {
    pub(super) fn register(&self, ours: &mut Registry) {
        ours.register("span_trees_pending", "Span trees to be exported", self.pending.clone());
        let oldest = self.oldest_seconds.clone();
        ours.register_with_unit("span_trees_oldest", "Age of the oldest of them", Unit::Seconds, oldest);
        ours.register("span_trees_exported", "Span trees that the collector took", self.exported.clone());
        ours.register("span_trees_refused", "Span trees that the collector refused for good", self.refused.clone());
        ours.register("span_trees_gone", "Span trees deleted before they were exported", self.gone.clone());
        ours.register("spans_rejected", "Spans that the collector did not take of those trees", self.rejected.clone());
    }

    /// The ledger counts for itself, and its counts only grow.
    pub(super) fn stands(&self, counts: SpanCounts, now: Timestamp) {
        let SpanCounts { pending, oldest, exported, rejected, refused, gone } = counts;
        let age = oldest.map_or(0, |oldest| now.since(oldest).as_secs());
        self.pending.set(i64::try_from(pending).unwrap_or(i64::MAX));
        self.oldest_seconds.set(i64::try_from(age).unwrap_or(i64::MAX));
        for (counter, count) in
            [(&self.exported, exported), (&self.rejected, rejected), (&self.refused, refused), (&self.gone, gone)]
        {
            counter.inner().store(count, Ordering::Relaxed);
        }
    }
}
