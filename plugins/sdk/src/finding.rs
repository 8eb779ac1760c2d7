//! What a rule observed.

use crate::text::bounded;

/// Bytes of a finding's message, at most; longer ones are cut.
pub const MESSAGE_BYTES_MAX: usize = 1024;
/// Bytes of any other text of a finding, at most; longer ones are cut.
pub const FIELD_BYTES_MAX: usize = 512;

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

    /// As it is written in settings.
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

/// Where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// A path or URI as the tool wrote it.
    pub uri: String,
    /// Counted from 1.
    pub line: Option<u32>,
}

/// What a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remediation {
    /// In one sentence.
    pub title: String,
    /// A command; the host shows it, labelled with the plugin's name, and never runs it.
    pub command: Option<String>,
    /// Where to read more.
    pub doc: Option<String>,
}

impl Remediation {
    /// Without a command.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: bounded(title.into(), FIELD_BYTES_MAX), command: None, doc: None }
    }

    /// With this command.
    #[must_use]
    pub fn command(self, command: &str) -> Self {
        Self { command: Some(command.to_owned()), ..self }
    }

    /// With more to read there.
    #[must_use]
    pub fn doc(self, doc: impl Into<String>) -> Self {
        Self { doc: Some(bounded(doc.into(), FIELD_BYTES_MAX)), ..self }
    }
}

/// One observation by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, one of those the plugin declares.
    pub rule: String,
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
    /// The digest of the document it was read from.
    pub evidence: Option<String>,
    /// What to do.
    pub remediation: Option<Remediation>,
    /// This finding alone makes the stage fail.
    pub decisive: bool,
}

impl Finding {
    /// Not decisive, about nothing in particular.
    #[must_use]
    pub fn new(rule: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            message: bounded(message.into(), MESSAGE_BYTES_MAX),
            location: None,
            subject: None,
            fingerprint: None,
            evidence: None,
            remediation: None,
            decisive: false,
        }
    }

    /// Makes the stage fail.
    #[must_use]
    pub fn decisive(self) -> Self {
        Self { decisive: true, ..self }
    }

    /// At this place.
    #[must_use]
    pub fn location(self, location: Option<Location>) -> Self {
        let bounded = location.map(|at| Location { uri: bounded(at.uri, FIELD_BYTES_MAX), line: at.line });
        Self { location: bounded, ..self }
    }

    /// About this.
    #[must_use]
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(bounded(subject.into(), FIELD_BYTES_MAX)), ..self }
    }

    /// Recognised by this in a later run.
    #[must_use]
    pub fn fingerprint(self, fingerprint: impl Into<String>) -> Self {
        Self { fingerprint: Some(bounded(fingerprint.into(), FIELD_BYTES_MAX)), ..self }
    }

    /// Read from this document.
    #[must_use]
    pub fn evidence(self, digest: &str) -> Self {
        Self { evidence: Some(digest.to_owned()), ..self }
    }

    /// With this advice.
    #[must_use]
    pub fn remediation(self, remediation: Remediation) -> Self {
        Self { remediation: Some(remediation), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELD_BYTES_MAX, Finding, Location, MESSAGE_BYTES_MAX, Severity};

    #[test]
    fn every_text_of_a_finding_is_bounded() {
        let long = "é".repeat(MESSAGE_BYTES_MAX);
        let finding = Finding::new("rule", Severity::Low, long.clone())
            .subject(long.clone())
            .fingerprint(long.clone())
            .location(Some(Location { uri: long, line: Some(1) }));
        assert!(finding.message.len() <= MESSAGE_BYTES_MAX && finding.message.ends_with('…'));
        for text in [finding.subject, finding.fingerprint, finding.location.map(|at| at.uri)] {
            assert!(text.unwrap().len() <= FIELD_BYTES_MAX);
        }
    }
}
