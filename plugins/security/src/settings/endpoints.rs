//! What a probe of endpoints has to show.

use serde::Deserialize;

/// How long certificates have to be valid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateSettings {
    /// More days than this.
    #[serde(default = "month")]
    pub min_days_left: u64,
    /// Whether a certificate passes that the probe did not trust.
    #[serde(default)]
    pub allow_untrusted: bool,
    /// How many endpoints there are.
    pub min_endpoints: Option<u64>,
    /// Endpoints that have to be among them; a trailing `*` matches a prefix.
    #[serde(default)]
    pub expected_subjects: Vec<String>,
}

fn month() -> u64 {
    30
}

/// Which headers every endpoint has to send.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderSettings {
    /// Each of these.
    #[serde(default = "runbook")]
    pub expected: Vec<HeaderExpectation>,
    /// Days for which `strict-transport-security` holds.
    pub min_hsts_days: Option<u64>,
    /// How many endpoints there are.
    pub min_endpoints: Option<u64>,
    /// Endpoints that have to be among them; a trailing `*` matches a prefix.
    #[serde(default)]
    pub expected_subjects: Vec<String>,
}

/// A header that is expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderExpectation {
    /// In lower case.
    pub name: String,
    /// Values that are accepted, without regard to case; none: any. A trailing `*` matches a prefix.
    #[serde(default)]
    pub any_of: Vec<String>,
}

/// Those that the runbook looks for.
fn runbook() -> Vec<HeaderExpectation> {
    let names = ["strict-transport-security", "content-security-policy", "x-frame-options"];
    names.map(|name| HeaderExpectation { name: name.to_owned(), any_of: Vec::new() }).into()
}

/// What endpoints have to answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSettings {
    /// Statuses that are accepted.
    #[serde(default = "ok")]
    pub status: Vec<u16>,
    /// How many endpoints there are.
    pub min_endpoints: Option<u64>,
    /// Endpoints that have to be among them; a trailing `*` matches a prefix.
    #[serde(default)]
    pub expected_subjects: Vec<String>,
}

fn ok() -> Vec<u16> {
    vec![200]
}
