//! Statements in JSON.

use serde::{Deserialize, Serialize};

/// What a person states. Who states it and when is not theirs to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementRequest {
    /// The checklist item's id.
    pub item: String,
    /// Whether it is fulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<bool>,
    /// Instead of `satisfied`: `true`, it does not concern this deployment; `note` says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<bool>,
    /// Where it holds; anywhere when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// What it holds for; any service when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The commit that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The artifact that it is about: its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A statement that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementBody {
    /// Of the document that the gate made of it: what a decision cites.
    pub digest: String,
    /// What it is about.
    pub item: String,
    /// Who states it; authenticated.
    pub by: String,
    /// When, by the gate's clock; RFC 3339.
    pub at: String,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
}
