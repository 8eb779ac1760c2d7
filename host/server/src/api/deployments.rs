//! Deployments in JSON: their decisions, and what became of them.

use serde::{Deserialize, Serialize};

/// Something became of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRequestBody {
    /// `started`, `succeeded`, `failed` or `rolled_back`.
    pub event: String,
    /// When, as far as the caller knows; RFC 3339. Recorded as said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The decision that the deployment goes by; left out: the newest about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
}

/// An event that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventBody {
    /// The attempt, as its caller named it.
    pub deployment: String,
    /// The decision that it goes by.
    pub decision: String,
    /// What happened.
    pub event: String,
    /// When the gate was told; RFC 3339.
    pub at: String,
    /// When it happened, as whoever said so said; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<String>,
    /// Who said so.
    pub by: String,
    /// Whether the decision allowed it, as it stood at that moment.
    pub permitted: bool,
    /// Where its record lies in the ledger.
    pub leaf_index: u64,
}

/// One attempt to deploy something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentHistory {
    /// As its callers named it.
    pub deployment: String,
    /// Newest first; the last 100 of them.
    pub decisions: Vec<DecisionSummary>,
}

/// A decision about an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionSummary {
    /// Its id.
    pub id: String,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: String,
    /// Whether the deployment may go on, as it stands now.
    pub allowed: bool,
    /// Where.
    pub environment: String,
    /// What.
    pub services: Vec<String>,
    /// RFC 3339.
    pub evaluated_at: String,
    /// What became of it, in the order in which the gate was told.
    pub events: Vec<EventBody>,
    /// Looks at it after it went out, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifications: Vec<VerificationBody>,
}

/// A look at a deployment after it went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationBody {
    /// The decision that it came to.
    pub decision: String,
    /// Whether the deployment may stay.
    pub passed: bool,
    /// When it was recorded; RFC 3339.
    pub at: String,
    /// The leaf of the event after which the gate looked by itself; none: somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_event: Option<u64>,
}
