//! What is done with a decision after it was made: permits that are given for it, and its revocation.

use crate::id::DecisionId;
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Bytes of a reason, at most.
pub const REASON_BYTES_MAX: usize = 2_048;

/// A permit to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPermit {
    /// Its own id.
    pub id: Arc<str>,
    /// For which decision.
    pub decision: DecisionId,
    /// To whom; authenticated.
    pub to: Arc<str>,
    /// Until when the deployment may begin.
    pub valid_until: Timestamp,
    /// Whether it is the only one for its decision.
    pub single_use: bool,
    /// Whether only a later permission takes the decision's place, and a later refusal does not.
    pub forced: bool,
    /// What a retry would send again.
    pub key: Option<PermitKey>,
}

/// The idempotency key of a request for a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitKey {
    /// The key; the permit's holder and it are unique together.
    pub key: Arc<str>,
    /// Of what was asked for.
    pub request: Digest,
}

/// A permit that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted {
    /// Its own id.
    pub id: Arc<str>,
    /// For which decision.
    pub decision: DecisionId,
    /// To whom.
    pub to: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// Until when the deployment may begin.
    pub valid_until: Timestamp,
    /// Whether it is the only one for its decision.
    pub single_use: bool,
    /// Where its leaf lies.
    pub leaf_index: u64,
    /// What a retry would send again.
    pub key: Option<PermitKey>,
}

/// A decision is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Which.
    pub decision: DecisionId,
    /// By whom; authenticated.
    pub by: Arc<str>,
    /// Why, in their words.
    pub reason: Arc<str>,
}

/// A decision that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// By whom.
    pub by: Arc<str>,
    /// When.
    pub at: Timestamp,
    /// Where its leaf lies.
    pub leaf_index: u64,
}

/// Where a decision stands now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// That it was taken back.
    pub revoked: Option<Revoked>,
    /// The next decision about one of its services in its environment.
    pub superseded_by: Option<DecisionId>,
    /// Permits that were given for it, oldest first.
    pub permits: Vec<Permitted>,
}
