//! What was asked for, as an answer repeats it.

use serde::{Deserialize, Serialize};

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentBody {
    /// Stable name of this attempt.
    pub id: String,
    /// Where.
    pub environment: String,
    /// What, sorted by name.
    pub services: Vec<ServiceBody>,
    /// Which commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionBody>,
    /// Why.
    pub cause: String,
    /// The authenticated identity.
    pub actor: String,
    /// RFC 3339.
    pub requested_at: String,
    /// Sorted by name.
    pub labels: Vec<LabelBody>,
}

/// A service of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceBody {
    /// Its name.
    pub name: String,
    /// The version to deploy.
    pub version: String,
    /// The version that runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
    /// The bytes to deploy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactBody>,
}

/// Bytes by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactBody {
    /// Where they lie; may be empty.
    pub uri: String,
    /// `sha256:…`.
    pub digest: String,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionBody {
    /// May be empty.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// May be empty.
    #[serde(rename = "ref")]
    pub ref_name: String,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelBody {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
