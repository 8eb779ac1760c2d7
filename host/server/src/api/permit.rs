//! Permits in JSON, and what else happens to a decision after it was made.

use crate::api::answer::ReceiptBody;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is about to be deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitRequestBody {
    /// Where.
    pub environment: String,
    /// The bytes of every service of the deployment, by its name: `sha256:…`.
    #[serde(default)]
    pub artifacts: BTreeMap<String, String>,
}

/// A permit: this deployment may begin now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitBody {
    /// Its own id.
    pub id: String,
    /// The decision that it was given for.
    pub decision: String,
    /// The attempt, as its caller named it.
    pub deployment: String,
    /// Where.
    pub environment: String,
    /// To whom.
    pub to: String,
    /// When; RFC 3339.
    pub at: String,
    /// Until when the deployment may begin; RFC 3339.
    pub valid_until: String,
    /// Whether it is the only one for its decision.
    pub single_use: bool,
    /// Where its record lies in the ledger.
    pub receipt: ReceiptBody,
}

/// A decision is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationRequestBody {
    /// Why.
    pub reason: String,
}

/// What happened to a decision since it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceBody {
    /// That it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<RevokedBody>,
    /// The next decision about one of its services in its environment, which took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
    /// Permits that were given for it, oldest first; the last 100 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permits: Vec<GivenBody>,
}

/// Who took a decision back, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedBody {
    /// Who.
    pub by: String,
    /// When; RFC 3339.
    pub at: String,
    /// Where its record lies in the ledger.
    pub leaf_index: u64,
}

/// A permit that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBody {
    /// Its own id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// When; RFC 3339.
    pub at: String,
    /// Where its record lies in the ledger.
    pub leaf_index: u64,
}
