//! The parts of CycloneDX's JSON that are read.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    pub(super) spec_version: String,
    pub(super) metadata: Option<Metadata>,
    pub(super) components: Option<Vec<Part>>,
    pub(super) vulnerabilities: Option<Vec<Found>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) timestamp: Option<String>,
    /// A list up to 1.4, later an object with `components` too.
    pub(super) tools: Option<Value>,
    pub(super) authors: Option<Vec<Party>>,
    pub(super) supplier: Option<Party>,
    pub(super) manufacturer: Option<Party>,
    pub(super) component: Option<Part>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Party {
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(rename = "bom-ref")]
    pub(super) bom_ref: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) purl: Option<String>,
    pub(super) hashes: Option<Vec<Hash>>,
    pub(super) licenses: Option<Vec<Choice>>,
    pub(super) components: Option<Vec<Part>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hash {
    pub(super) alg: String,
    pub(super) content: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    pub(super) license: Option<License>,
    pub(super) expression: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct License {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) references: Option<Vec<Reference>>,
    pub(super) ratings: Option<Vec<Rating>>,
    pub(super) published: Option<String>,
    pub(super) analysis: Option<Analysis>,
    pub(super) affects: Option<Vec<Affected>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Rating {
    pub(super) score: Option<f64>,
    pub(super) severity: Option<String>,
    pub(super) method: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Analysis {
    pub(super) state: Option<State>,
    pub(super) justification: Option<String>,
    pub(super) detail: Option<String>,
    #[serde(rename = "lastUpdated")]
    pub(super) last_updated: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Resolved,
    ResolvedWithPedigree,
    Exploitable,
    InTriage,
    FalsePositive,
    NotAffected,
}

#[derive(Debug, Deserialize)]
pub(super) struct Affected {
    #[serde(rename = "ref")]
    pub(super) target: String,
}
