//! Documents as they were handed in.

use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// A document to be kept.
#[derive(Debug, Clone)]
pub struct Received {
    /// What the uploader says it is; checked.
    pub digest: Digest,
    /// The document.
    pub bytes: Arc<[u8]>,
    /// Now. The first time that a document is received stands.
    pub received_at: Timestamp,
}

/// A document that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// As it was handed in.
    pub bytes: Arc<[u8]>,
    /// When the gate first received it.
    pub received_at: Timestamp,
}
