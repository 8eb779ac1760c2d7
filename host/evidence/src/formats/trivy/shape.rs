//! The parts of Trivy's JSON that are read. What a secret looks like (`Match`, `Code`) is left out on purpose.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Report {
    pub(super) schema_version: u64,
    pub(super) trivy: Option<Tool>,
    pub(super) created_at: Option<String>,
    pub(super) metadata: Option<Metadata>,
    /// Left out both when nothing was found and when nothing was looked at.
    pub(super) results: Option<Vec<Target>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tool {
    pub(super) version: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metadata {
    #[serde(rename = "ImageID")]
    pub(super) image_id: Option<String>,
    pub(super) repo_digests: Option<Vec<String>>,
    pub(super) commit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Target {
    #[serde(default)]
    pub(super) target: String,
    pub(super) class: Option<String>,
    pub(super) misconf_summary: Option<Summary>,
    pub(super) packages: Option<Vec<Package>>,
    pub(super) vulnerabilities: Option<Vec<Found>>,
    pub(super) misconfigurations: Option<Vec<Misconfiguration>>,
    pub(super) secrets: Option<Vec<Secret>>,
    pub(super) licenses: Option<Vec<License>>,
    /// What the configuration or a statement took out of the lists above (`--show-suppressed`).
    #[serde(rename = "ExperimentalModifiedFindings")]
    pub(super) modified: Option<Vec<Modified>>,
    /// Vulnerabilities among those.
    #[serde(skip)]
    pub(super) ignored: Vec<Found>,
}

/// A finding of any kind that was taken out of its list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Modified {
    #[serde(rename = "Type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) finding: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    #[serde(default)]
    pub(super) successes: u64,
    #[serde(default)]
    pub(super) failures: u64,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Identifier {
    #[serde(rename = "PURL")]
    pub(super) purl: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Package {
    pub(super) name: String,
    #[serde(default)]
    pub(super) version: String,
    pub(super) identifier: Option<Identifier>,
    pub(super) licenses: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Found {
    #[serde(rename = "VulnerabilityID")]
    pub(super) id: String,
    #[serde(rename = "VendorIDs")]
    pub(super) vendor_ids: Option<Vec<String>>,
    pub(super) pkg_name: String,
    pub(super) pkg_identifier: Option<Identifier>,
    #[serde(default)]
    pub(super) installed_version: String,
    pub(super) fixed_version: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) severity_source: Option<String>,
    #[serde(rename = "CVSS")]
    pub(super) cvss: Option<BTreeMap<String, Scores>>,
    pub(super) published_date: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Scores {
    pub(super) v2_score: Option<f64>,
    pub(super) v3_score: Option<f64>,
    pub(super) v40_score: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Misconfiguration {
    #[serde(rename = "ID")]
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) message: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) status: Option<String>,
    pub(super) cause_metadata: Option<Cause>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cause {
    pub(super) start_line: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Secret {
    #[serde(rename = "RuleID")]
    pub(super) rule: String,
    pub(super) title: Option<String>,
    pub(super) severity: Option<String>,
    pub(super) start_line: Option<u32>,
    /// Whether the configuration took it out.
    #[serde(skip)]
    pub(super) suppressed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct License {
    pub(super) name: String,
    #[serde(default)]
    pub(super) pkg_name: String,
    #[serde(default)]
    pub(super) file_path: String,
}
