//! A retry is not a second deployment.

use crate::id::DecisionId;
use std::sync::Arc;
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
};

/// Bytes of an idempotency key, at most.
pub const KEY_BYTES_MAX: usize = 255;
/// Bytes of a principal or an endpoint, at most.
pub const SCOPE_BYTES_MAX: usize = 512;

/// A key, where it counts, and what it was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Whose key it is: the authenticated identity.
    pub principal: Arc<str>,
    /// Where it was used.
    pub endpoint: Arc<str>,
    /// As the caller chose it.
    pub key: Arc<str>,
    /// Of the canonical request: deployment, name → digests, skip, emergency.
    pub request: Digest,
}

/// What a key was used for before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Of the canonical request.
    pub request: Digest,
    /// The decision it led to.
    pub decision: DecisionId,
    /// What that decision came to.
    pub outcome: Outcome,
    /// Whether it allowed the deployment, and why.
    pub permission: Permission,
}

/// What a request under a known key calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The recorded decision is the answer.
    Replay,
    /// The recorded decision was a hold that refused: time may have cured it.
    JudgeAnew,
    /// Another request has used this key.
    Conflict,
}

impl Earlier {
    /// What `request` under the same key calls for.
    ///
    /// A hold that was allowed all the same (forced, advisory) is an answer like any other: judging it anew would use a
    /// second override, or be a second deployment.
    #[must_use]
    pub fn retry(&self, request: Digest) -> Retry {
        match (self.outcome, self.permission) {
            _ if self.request != request => Retry::Conflict,
            (Outcome::Hold, Permission::Refused) => Retry::JudgeAnew,
            _ => Retry::Replay,
        }
    }
}

impl Idempotency {
    /// The parts that have a limit: what, used, allowed.
    pub(crate) fn lengths(&self) -> [(&'static str, usize, usize); 3] {
        [
            ("principal", self.principal.len(), SCOPE_BYTES_MAX),
            ("endpoint", self.endpoint.len(), SCOPE_BYTES_MAX),
            ("idempotency key", self.key.len(), KEY_BYTES_MAX),
        ]
    }
}
