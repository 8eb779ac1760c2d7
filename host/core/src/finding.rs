//! What a rule observed.

use crate::{digest::Digest, name::RuleId};

/// How bad a finding is. Describes; never decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// All, from least to worst.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Where in a source, a document or a system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// A path or URI as the tool wrote it.
    pub uri: String,
    /// Counted from 1.
    pub line: Option<u32>,
}

/// What a person can do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remediation {
    /// In one sentence.
    pub title: String,
    /// A command, in the plugin's words: shown, never run.
    pub command: Option<String>,
    /// Where to read more.
    pub doc: Option<String>,
}

/// One observation by one rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The rule that observed it.
    pub rule: RuleId,
    /// Describes; never decides.
    pub severity: Severity,
    /// In one sentence.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
    /// What it is about: a CVE, a package URL, a test id, a service. Waivers match on it.
    pub subject: Option<String>,
    /// Stable across runs for the same observation.
    pub fingerprint: Option<String>,
    /// The document it was read from.
    pub evidence: Option<Digest>,
    /// What to do.
    pub remediation: Option<Remediation>,
    /// This finding alone makes the stage fail.
    pub decisive: bool,
}
