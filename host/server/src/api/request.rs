//! What a caller sends, as JSON; a form is turned into the same shape.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A question to the gate: `POST /v1/decisions` as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// What is to be deployed.
    pub deployment: DeploymentRequestBody,
    /// Documents, by value or by digest.
    #[serde(default)]
    pub evidence: Vec<EvidenceRequest>,
    /// Optional stages not to be judged.
    #[serde(default)]
    pub skip: Vec<String>,
    /// A wish to deploy all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<EmergencyRequest>,
}

/// What is judged beside what the gate sees of a deployment: `POST /v1/decisions/{id}/verify` as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationRequest {
    /// Documents, by value or by digest.
    #[serde(default)]
    pub evidence: Vec<EvidenceRequest>,
}

/// What is to be deployed, as the caller says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentRequestBody {
    /// Stable name of this attempt; one is made when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where.
    #[serde(default)]
    pub environment: String,
    /// What.
    #[serde(default)]
    pub services: Vec<ServiceRequest>,
    /// Which commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionRequest>,
    /// `push` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Anything else.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// A service to deploy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRequest {
    /// Its name.
    pub name: String,
    /// The version to deploy.
    pub version: String,
    /// The version that runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
    /// The bytes to deploy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactRequest>,
}

/// Bytes to deploy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtifactRequest {
    /// Where they lie.
    #[serde(default)]
    pub uri: String,
    /// `sha256:…`.
    pub digest: String,
}

/// A commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionRequest {
    /// Its repository.
    #[serde(default)]
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The branch or tag.
    #[serde(default, rename = "ref")]
    pub ref_name: String,
}

/// A document, by value (`text` or `base64`) or by digest; exactly one of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    /// `name` or `name@service`.
    pub name: String,
    /// One of the formats; recognised by content when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// When it was made, when the document itself does not say so; RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced_at: Option<String>,
    /// A document that the gate holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The document, when it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The document, base64 (RFC 4648, with padding); archives too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// A wish to deploy all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRequest {
    /// `security_fix`, `production_down`, `data_corruption` or `urgent_bug`.
    pub reason: String,
    /// At least 20 characters.
    pub justification: String,
}
