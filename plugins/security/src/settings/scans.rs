//! What scans of code, of history and of configuration may show.

use super::yes;
use serde::Deserialize;
use tidegate_sdk::limits::SeverityLimits;

/// How many issues a static analysis may report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueSettings {
    /// Every security score has to be below this.
    pub score_below: Option<f64>,
    /// Per severity; one that is not named has no limit.
    pub max: Option<SeverityLimits>,
    /// Rules or tags that count; none: all. A trailing `*` matches a prefix.
    #[serde(default)]
    pub only: Vec<String>,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which issues do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
    /// Whether issues count whose suppression comes from somebody whom the stage lists; other suppressions never count.
    #[serde(default)]
    pub include_suppressed: bool,
    /// Whether there has to be such a scan.
    #[serde(default = "yes")]
    pub required: bool,
}

/// How many secrets a search may find.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSettings {
    /// Of whatever severity.
    #[serde(default)]
    pub max: u64,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which secrets do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
    /// Whether secrets count whose suppression comes from somebody whom the stage lists.
    #[serde(default)]
    pub include_suppressed: bool,
    /// Names of evidence whose scans are searches for secrets, although their format cannot say so.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Whether there has to be such a scan.
    #[serde(default = "yes")]
    pub required: bool,
}

/// How many misconfigurations a scan may report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MisconfigurationSettings {
    /// Per severity; one that is not named has no limit.
    pub max: SeverityLimits,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which misconfigurations do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
    /// Whether misconfigurations count whose suppression comes from somebody whom the stage lists.
    #[serde(default)]
    pub include_suppressed: bool,
    /// Names of evidence whose scans look at configuration, although their format cannot say so.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Whether there has to be such a scan.
    #[serde(default = "yes")]
    pub required: bool,
}
