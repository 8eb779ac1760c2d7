//! Span trees on their way to a collector: an outbox beside the leaves, with a cursor that only goes on.

use crate::id::DecisionId;
use tidegate_core::time::Timestamp;

/// Trees that are to be sent, in the order of their leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanBatch {
    /// Where the cursor stood.
    pub from: u64,
    /// At least one, unless none is left.
    pub trees: Vec<SpanTree>,
}

/// The tree of one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanTree {
    /// Of its leaf.
    pub leaf_index: u64,
    /// Whose it is.
    pub decision: DecisionId,
    /// OTLP's `TracesData`; none: its body was deleted since.
    pub bytes: Option<Vec<u8>>,
}

/// What became of some trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpansSent {
    /// Where the cursor stood: one who stands elsewhere by now is left alone.
    pub from: u64,
    /// The first leaf whose tree is still to be sent.
    pub next: u64,
    /// When.
    pub at: Timestamp,
    /// Trees that were taken.
    pub exported: u64,
    /// Spans in these that were not wanted.
    pub rejected: u64,
    /// Trees that were refused for good: by leaf, with why.
    pub refused: Vec<(u64, String)>,
    /// Trees whose bodies were deleted.
    pub gone: u64,
}

/// How the export stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpanCounts {
    /// Trees to be sent.
    pub pending: u64,
    /// When the oldest of them was recorded.
    pub oldest: Option<Timestamp>,
    /// Trees that were taken.
    pub exported: u64,
    /// Spans in these that were not wanted.
    pub rejected: u64,
    /// Trees that were refused for good.
    pub refused: u64,
    /// Trees whose bodies were deleted before they were sent.
    pub gone: u64,
}
