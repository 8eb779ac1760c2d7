//! What a policy set may ask of this plugin.

pub mod endpoints;
pub mod packages;
mod problems;
pub mod scans;

use self::{
    endpoints::{CertificateSettings, EndpointSettings, HeaderSettings},
    packages::{LicenseSettings, ProvenanceSettings, SbomSettings, VulnerabilitySettings},
    scans::{IssueSettings, MisconfigurationSettings, SecretSettings},
};
use serde::Deserialize;
use tidegate_sdk::limits::SeverityLimits;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Findings that are always stated, whatever the settings: at most four per rule.
const STATED_ALWAYS: usize = 96;

/// Groups of rules; at least one is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Of scans of packages.
    pub vulnerabilities: Option<VulnerabilitySettings>,
    /// Of static analysis.
    pub issues: Option<IssueSettings>,
    /// Of searches for secrets.
    pub secrets: Option<SecretSettings>,
    /// Of scans of configuration.
    pub misconfigurations: Option<MisconfigurationSettings>,
    /// Of bills of materials.
    pub licenses: Option<LicenseSettings>,
    /// Of bills of materials.
    pub sbom: Option<SbomSettings>,
    /// Of how artifacts came to be.
    pub provenance: Option<ProvenanceSettings>,
    /// Of probes.
    pub certificates: Option<CertificateSettings>,
    /// Of probes.
    pub headers: Option<HeaderSettings>,
    /// Of probes.
    pub endpoints: Option<EndpointSettings>,
    /// Against the last deployment that succeeded.
    pub baseline: Option<BaselineSettings>,
}

/// What there may be that the last deployment which succeeded did not have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineSettings {
    /// Vulnerabilities by id and package.
    pub new_vulnerabilities: Option<NewVulnerabilities>,
    /// Issues of any scan, by fingerprint.
    pub new_issues: Option<NewIssues>,
}

/// New vulnerabilities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVulnerabilities {
    /// Per severity; one that is not named has no limit.
    pub max: SeverityLimits,
    /// Whether only those count that have a fixed version.
    #[serde(default)]
    pub only_fixable: bool,
    /// Ids or aliases that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
}

/// New issues.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIssues {
    /// Per severity; one that is not named has no limit.
    pub max: SeverityLimits,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which issues do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
}

pub(crate) fn yes() -> bool {
    true
}

impl Settings {
    /// How many findings are stated one by one whatever the evidence holds, at most.
    #[must_use]
    pub fn stated_max(&self) -> usize {
        let names = [
            self.secrets.as_ref().map(|secrets| &secrets.evidence),
            self.misconfigurations.as_ref().map(|misconfigurations| &misconfigurations.evidence),
            self.certificates.as_ref().map(|certificates| &certificates.expected_subjects),
            self.headers.as_ref().map(|headers| &headers.expected_subjects),
            self.endpoints.as_ref().map(|endpoints| &endpoints.expected_subjects),
        ];
        STATED_ALWAYS + names.into_iter().flatten().map(Vec::len).sum::<usize>()
    }
}
