//! Findings.

use super::{maybe, one, shaped};
use serde::{Deserialize, Serialize};
use tidegate_core::{
    digest::Digest,
    finding::{Finding, Location, Remediation, Severity},
    name::{RuleId, WaiverId},
    stage_result::Marked,
};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Severity", rename_all = "snake_case")]
enum SeverityTwin {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Location", deny_unknown_fields)]
struct LocationTwin {
    line: Option<u32>,
    uri: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Remediation", deny_unknown_fields)]
struct RemediationTwin {
    command: Option<String>,
    doc: Option<String>,
    title: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Finding", deny_unknown_fields)]
struct FindingTwin {
    decisive: bool,
    #[serde(with = "maybe")]
    evidence: Option<Digest>,
    fingerprint: Option<String>,
    #[serde(with = "maybe")]
    location: Option<Location>,
    message: String,
    #[serde(with = "maybe")]
    remediation: Option<Remediation>,
    #[serde(with = "one")]
    rule: RuleId,
    #[serde(with = "one")]
    severity: Severity,
    subject: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Marked", deny_unknown_fields)]
struct MarkedTwin {
    #[serde(with = "one")]
    finding: Finding,
    #[serde(with = "maybe")]
    waived_by: Option<WaiverId>,
}

shaped! {
    Severity => SeverityTwin,
    Location => LocationTwin,
    Remediation => RemediationTwin,
    Finding => FindingTwin,
    Marked => MarkedTwin,
}
