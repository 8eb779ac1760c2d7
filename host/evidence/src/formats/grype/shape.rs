//! The parts of Grype's JSON that are read.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Report {
    pub(super) matches: Option<Vec<Match>>,
    #[serde(rename = "ignoredMatches")]
    pub(super) ignored: Option<Vec<Match>>,
    pub(super) source: Option<Scanned>,
    pub(super) descriptor: Option<Descriptor>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scanned {
    /// An object for an image, a text for a directory or a file.
    pub(super) target: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Descriptor {
    pub(super) version: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) db: Option<Database>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Database {
    pub(super) built: Option<String>,
    pub(super) status: Option<Status>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) built: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Match {
    pub(super) vulnerability: Known,
    pub(super) related_vulnerabilities: Option<Vec<Known>>,
    pub(super) artifact: Artifact,
}

/// What a source says of a vulnerability.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) severity: Option<String>,
    pub(super) published: Option<String>,
    pub(super) cvss: Option<Vec<Cvss>>,
    pub(super) epss: Option<Vec<Epss>>,
    pub(super) known_exploited: Option<Vec<serde_json::Value>>,
    pub(super) fix: Option<Fix>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cvss {
    pub(super) metrics: Option<Metrics>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metrics {
    pub(super) base_score: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Epss {
    pub(super) epss: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fix {
    pub(super) versions: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) name: String,
    #[serde(default)]
    pub(super) version: String,
    pub(super) purl: Option<String>,
}
