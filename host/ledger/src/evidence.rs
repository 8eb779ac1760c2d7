//! Documents as they were handed in.

use std::{collections::BTreeMap, sync::Arc};
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
    /// What was masked before it was handed in here.
    pub masking: Option<Masking>,
}

/// What became of a document that held secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking {
    /// Of the bytes as they were submitted, under which whoever did cites them.
    pub submitted: Digest,
    /// How many secrets of each kind were masked.
    pub found: BTreeMap<Arc<str>, u32>,
}

/// What is known of a document by the digest under which it is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Of the bytes that are kept.
    pub digest: Digest,
    /// When its scope first received it.
    pub received_at: Timestamp,
    /// What was masked in it, where it is cited as it was submitted.
    pub masking: Option<Masking>,
    /// The leaf which says that an authenticated person stated it in that scope.
    pub stated_in: Option<u64>,
}

/// A document that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// As they are kept.
    pub bytes: Arc<[u8]>,
    /// When its scope first received it.
    pub received_at: Timestamp,
}

/// What one scope may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Documents that no decision names.
    pub waiting_documents: u64,
    /// Bytes of these.
    pub waiting_bytes: u64,
    /// Documents altogether.
    pub documents: u64,
    /// Bytes of these.
    pub bytes: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { waiting_documents: 20_000, waiting_bytes: 4 << 30, documents: 20_000_000, bytes: 1 << 40 }
    }
}

/// What one scope keeps: counted as a [`Quota`] is.
pub type Usage = Quota;

/// What was deleted because no decision named it in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Documents, counted in each scope.
    pub documents: u64,
    /// Bodies of which no scope kept a document any more.
    pub bodies: u64,
}
