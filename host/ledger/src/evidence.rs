//! Documents as they were handed in.

use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Who hands documents in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Whose documents they are: in another scope they do not exist.
    pub scope: Arc<str>,
    /// The authenticated identity.
    pub name: Arc<str>,
}

/// A document to be kept.
#[derive(Debug, Clone)]
pub struct Received {
    /// What the uploader says it is; checked.
    pub digest: Digest,
    /// The document.
    pub bytes: Arc<[u8]>,
    /// Now. The first time that a scope receives a document stands.
    pub received_at: Timestamp,
}

/// A document that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// As it was handed in.
    pub bytes: Arc<[u8]>,
    /// When its scope first received it.
    pub received_at: Timestamp,
}
