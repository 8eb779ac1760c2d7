//! A policy set as its file writes it: texts where a schema can say no more than "a text". What they mean is read in
//! [`crate::sources`], where each mistake gets its place.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
pub(crate) struct Set {
    pub(crate) policy_set: String,
    pub(crate) version: String,
    pub(crate) owner: String,
    #[serde(default)]
    pub(crate) reviewers: Vec<String>,
    pub(crate) next_review: Option<String>,
    pub(crate) enforcement: Option<String>,
    pub(crate) secrets: Option<String>,
    pub(crate) valid_for: Option<String>,
    #[serde(rename = "match")]
    pub(crate) matching: Match,
    #[serde(default)]
    pub(crate) contacts: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) links: BTreeMap<String, String>,
    pub(crate) plugins: BTreeMap<String, Plugin>,
    #[serde(default)]
    pub(crate) signers: BTreeMap<String, Vec<SignerKey>>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) break_glass: Option<BreakGlass>,
    pub(crate) waivers: Option<WaiverRules>,
    pub(crate) permits: Option<Permits>,
    pub(crate) shadow_of: Option<String>,
    #[serde(default)]
    pub(crate) on: Value,
    #[serde(default)]
    pub(crate) rollback: Value,
    #[serde(default)]
    pub(crate) watch: Value,
    #[serde(default)]
    pub(crate) verification: Value,
    #[serde(default)]
    pub(crate) severity: Value,
    #[serde(default)]
    pub(crate) incidents: Value,
    #[serde(default)]
    pub(crate) escalation: Value,
    #[serde(default)]
    pub(crate) notices: Value,
    #[serde(default)]
    pub(crate) procedures: Value,
    #[serde(default)]
    pub(crate) maintenance: Value,
    #[serde(default)]
    pub(crate) team_may_set: Vec<Bound>,
}

/// What a set says of permits.
#[derive(Debug, Deserialize)]
pub(crate) struct Permits {
    pub(crate) artifacts: Option<String>,
    #[serde(default)]
    pub(crate) single_use: bool,
}

/// What a set says of waivers.
#[derive(Debug, Deserialize)]
pub(crate) struct WaiverRules {
    pub(crate) max_lifetime: String,
    #[serde(default)]
    pub(crate) narrow: Vec<String>,
    pub(crate) agreement: Option<String>,
}

/// A file of waivers.
#[derive(Debug, Deserialize)]
pub(crate) struct Waivers {
    pub(crate) waivers: Vec<Waiver>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Waiver {
    pub(crate) id: String,
    pub(crate) of: String,
    pub(crate) rules: Vec<String>,
    #[serde(default)]
    pub(crate) scope: WaiverScope,
    pub(crate) reason: String,
    pub(crate) owner: String,
    pub(crate) approved_by: String,
    pub(crate) from: String,
    pub(crate) expires: String,
    pub(crate) ticket: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct WaiverScope {
    pub(crate) service: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) artifact: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) fingerprint: Option<String>,
}

/// What lower layers may loosen, and how far.
#[derive(Debug, Deserialize)]
pub(crate) struct Bound {
    pub(crate) key: String,
    pub(crate) min: Option<Value>,
    pub(crate) max: Option<Value>,
    #[serde(default)]
    pub(crate) one_of: Vec<Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Match {
    pub(crate) environments: Vec<String>,
    pub(crate) services: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Plugin {
    pub(crate) path: Option<String>,
    pub(crate) oci: Option<String>,
    pub(crate) verify: Option<Verify>,
    pub(crate) sha256: Option<String>,
    pub(crate) wasi: Option<String>,
}

/// Who has to have signed what lies in a registry.
#[derive(Debug, Deserialize)]
pub(crate) struct Verify {
    pub(crate) all_of: Option<Vec<String>>,
    pub(crate) any_of: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SignerKey {
    pub(crate) key: Option<String>,
    pub(crate) sigstore: Option<Sigstore>,
    pub(crate) not_before: Option<String>,
    pub(crate) not_after: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sigstore {
    pub(crate) issuer: String,
    pub(crate) identity: String,
    pub(crate) trusted_root: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) plugin: String,
    pub(crate) per: Option<String>,
    pub(crate) weight: Option<u32>,
    pub(crate) mode: Option<String>,
    pub(crate) effective_from: Option<String>,
    #[serde(default)]
    pub(crate) optional: bool,
    pub(crate) on_error: Option<String>,
    pub(crate) budget: Option<String>,
    pub(crate) evidence: Vec<Requirement>,
    pub(crate) empty_scan: Option<String>,
    #[serde(default)]
    pub(crate) baseline: bool,
    #[serde(default)]
    pub(crate) settings: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) documents: Documents,
    pub(crate) max_age: Option<String>,
    pub(crate) bind: Option<String>,
    pub(crate) vouched: Option<String>,
    #[serde(default)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Trust {
    #[serde(default)]
    pub(crate) signers: Vec<String>,
    #[serde(default)]
    pub(crate) authors: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Documents {
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct BreakGlass {
    pub(crate) minimum_evidence: Vec<String>,
    #[serde(default)]
    pub(crate) never: Vec<String>,
    pub(crate) second_human: Option<bool>,
    pub(crate) valid_for: Option<String>,
    #[serde(default)]
    pub(crate) obligations: BTreeMap<String, Obligation>,
    pub(crate) quota: Option<Quota>,
    #[serde(default)]
    pub(crate) notify: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Quota {
    pub(crate) per_person: Option<u32>,
    pub(crate) per_service: Option<u32>,
    pub(crate) within: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Obligation {
    pub(crate) owner: String,
    pub(crate) within: String,
    pub(crate) grace: Option<String>,
}

/// A lower layer's file; what it changes is read as JSON, in the shape of the set.
#[derive(Debug, Deserialize)]
pub(crate) struct Override {
    #[serde(rename = "override")]
    pub(crate) id: String,
    pub(crate) of: String,
    pub(crate) owner: String,
    pub(crate) reason: String,
    #[serde(rename = "match")]
    pub(crate) matching: OverrideMatch,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OverrideMatch {
    pub(crate) environments: Vec<String>,
    pub(crate) services: Option<Vec<String>>,
}
