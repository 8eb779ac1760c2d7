//! What was recorded, read back.

use crate::record::Circumstances;
use std::sync::Arc;
use tidegate_core::{digest::Digest, judgement::Judgement, time::Timestamp};

/// A leaf as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Counted from 0.
    pub index: u64,
    /// The RFC 6962 hash: SHA-256 of a zero byte and the leaf.
    pub hash: Digest,
    /// Canonical JSON.
    pub text: Arc<str>,
}

/// A decision as it was recorded.
#[derive(Debug, Clone)]
pub struct StoredDecision {
    /// What replays.
    pub judgement: Judgement,
    /// What does not.
    pub circumstances: Circumstances,
    /// Of the idempotency key, when there was one.
    pub idempotency_key: Option<Digest>,
    /// Where its leaf stands.
    pub leaf_index: u64,
    /// The RFC 6962 hash of its leaf.
    pub leaf_hash: Digest,
    /// When it was handed to the ledger.
    pub recorded_at: Timestamp,
}
