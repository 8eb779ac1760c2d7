//! What packages, and what is made of them, have to show.

use super::yes;
use serde::Deserialize;
use tidegate_sdk::limits::SeverityLimits;

/// How many known vulnerabilities there may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VulnerabilitySettings {
    /// Per severity; one that is not named has no limit.
    pub max: Option<SeverityLimits>,
    /// Whether the limits are about those alone that have a fixed version.
    #[serde(default)]
    pub only_fixable: bool,
    /// Days from its publication in which a vulnerability of that severity does not count towards its limit.
    #[serde(default)]
    pub leeway_days: SeverityLimits,
    /// What one does that is being exploited somewhere.
    #[serde(default)]
    pub known_exploited: KnownExploited,
    /// How probable its exploitation may be, 0 to 1.
    pub max_epss: Option<f64>,
    /// Ids or aliases that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// How old the scanner's database may be.
    pub database_max_age_hours: Option<u64>,
    /// Whether there has to be such a scan.
    #[serde(default = "yes")]
    pub required: bool,
}

/// What a vulnerability does that is being exploited somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KnownExploited {
    /// It fails the stage.
    #[default]
    Fail,
    /// It is reported.
    Report,
}

/// Which licences components may be under.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenseSettings {
    /// SPDX ids, or names taken literally, that suffice.
    #[serde(default)]
    pub allow: Vec<String>,
    /// SPDX ids, or names taken literally, that must not be needed.
    #[serde(default)]
    pub deny: Vec<String>,
    /// Names or package URLs of components that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// What a component does that states no licence, where `allow` is set.
    #[serde(default)]
    pub unstated: Unstated,
}

/// What a component does that states no licence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unstated {
    /// It fails the stage.
    #[default]
    Fail,
    /// It is reported.
    Report,
}

/// What a bill of materials has to show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SbomSettings {
    /// Components of each bill.
    #[serde(default = "one")]
    pub min_components: u64,
}

fn one() -> u64 {
    1
}

/// How artifacts may have come to be. Each list that is not empty has to hold what every provenance says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenanceSettings {
    /// Who builds; a trailing `*` matches a prefix.
    #[serde(default)]
    pub builders: Vec<String>,
    /// How; a trailing `*` matches a prefix.
    #[serde(default)]
    pub build_types: Vec<String>,
    /// From where; a trailing `*` matches a prefix.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// From which branches or tags; a trailing `*` matches a prefix.
    #[serde(default)]
    pub ref_names: Vec<String>,
    /// Verified signers.
    #[serde(default)]
    pub signers: Vec<String>,
    /// Whether the commit is the deployment's.
    #[serde(default)]
    pub same_commit: bool,
    /// Whether the repository is the deployment's.
    #[serde(default)]
    pub same_repository: bool,
    /// Whether every artifact that is deployed is one that a provenance speaks of.
    #[serde(default)]
    pub same_artifact: bool,
}
