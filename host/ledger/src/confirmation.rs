//! Confirmations of forced deployments: a record of its own, which cites the decision and changes nothing of it.

use crate::id::DecisionId;
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Somebody's confirmation of a forced deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// What is confirmed.
    pub decision: DecisionId,
    /// The person; authenticated.
    pub person: Arc<str>,
    /// Until when the deployment may go on.
    pub expires: Timestamp,
}

/// A confirmation that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// As it was given.
    pub confirmation: Confirmation,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}
