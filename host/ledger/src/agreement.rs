//! Agreements to waivers: somebody's own word, for one waiver as it was written at that moment.

use std::sync::Arc;
use tidegate_core::{digest::Digest, name::WaiverId, time::Timestamp};

/// Somebody agrees to a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Of everything that the waiver says.
    pub waiver: Digest,
    /// What it is called.
    pub id: WaiverId,
    /// The person; authenticated.
    pub person: Arc<str>,
}

/// An agreement that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Of everything that the waiver says.
    pub waiver: Digest,
    /// The person.
    pub person: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}
