//! Known vulnerabilities of packages. Trusted VEX statements of the stage are already applied.

use crate::{backend, deployment::Timestamp, evidence::scan::SeverityCounts, finding::Severity};

/// What is known of a vulnerability's reach here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exploitability {
    /// Nothing.
    Unknown,
    /// A trusted statement says that this product is not affected.
    NotAffected,
    /// Being looked at.
    UnderInvestigation,
    /// This product is affected.
    Affected,
    /// It is being exploited somewhere.
    KnownExploited,
}

/// What a statement about a vulnerability (VEX) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VexStatus {
    /// This version holds the fix.
    Fixed,
    /// The vulnerability does not reach the product.
    NotAffected,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It reaches the product.
    Affected,
}

/// What somebody said about a vulnerability of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexClaim {
    /// Its id.
    pub vulnerability: String,
    /// Its package.
    pub package: String,
    /// What was said.
    pub status: VexStatus,
    /// The verified signer, or else the author that the document names, or else `nobody`.
    pub by: String,
    /// Why, in their words; may be empty.
    pub justification: String,
    /// Whether the stage lists them.
    pub counts: bool,
}

/// One vulnerability of one package.
#[derive(Debug, Clone, PartialEq)]
pub struct Vulnerability {
    /// E.g. `CVE-2026-1234`.
    pub id: String,
    /// Other names for the same.
    pub aliases: Vec<String>,
    /// As the scanner rates it.
    pub severity: Severity,
    /// Base score, 0 to 10.
    pub cvss: Option<f64>,
    /// Probability of exploitation in the next 30 days, 0 to 1.
    pub epss: Option<f64>,
    /// When it became public.
    pub published: Option<Timestamp>,
    /// Package name.
    pub package: String,
    /// Package URL.
    pub purl: Option<String>,
    /// Installed version.
    pub installed: String,
    /// First version without it.
    pub fixed: Option<String>,
    /// What is known of its reach here.
    pub exploitability: Exploitability,
}

/// Which vulnerabilities are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct VulnerabilityFilter {
    /// This bad or worse.
    pub at_least: Severity,
    /// Only those with a fixed version.
    pub only_fixable: bool,
    /// Also those that a trusted statement declares not affected.
    pub include_not_affected: bool,
    /// Only those that are being exploited somewhere.
    pub only_known_exploited: bool,
    /// Only those whose EPSS probability is this high or higher, and those whose probability is no number; those without one
    /// never.
    pub epss_at_least: Option<f64>,
    /// Only those published before this moment; what has no such date is kept.
    pub published_before: Option<Timestamp>,
    /// Ids or aliases to leave out; a trailing `*` matches a prefix.
    pub except: Vec<String>,
}

/// The vulnerabilities of one document.
#[derive(Debug)]
pub struct VulnerabilityReport(pub(crate) backend::Vulnerabilities);

impl VulnerabilityReport {
    /// How many there are of each severity.
    #[must_use]
    pub fn count(&self, filter: &VulnerabilityFilter) -> SeverityCounts {
        self.0.count(filter)
    }

    /// Those vulnerabilities, in order of appearance.
    #[must_use]
    pub fn vulnerabilities(&self, filter: &VulnerabilityFilter, offset: u32, limit: u32) -> Vec<Vulnerability> {
        self.0.vulnerabilities(filter, offset, limit)
    }

    /// What was said about these vulnerabilities, whether it counts or not.
    #[must_use]
    pub fn claims(&self, offset: u32, limit: u32) -> Vec<VexClaim> {
        self.0.claims(offset, limit)
    }

    /// How many are being exploited somewhere.
    #[must_use]
    pub fn known_exploited(&self) -> u32 {
        self.0.known_exploited()
    }

    /// When the scanner's database was made.
    #[must_use]
    pub fn database_at(&self) -> Option<Timestamp> {
        self.0.database_at()
    }

    /// Vulnerabilities here that none of the others has, by id and package: what is new against a baseline. Without others, all
    /// of them.
    #[must_use]
    pub fn not_in(
        &self,
        others: &[&Self],
        filter: &VulnerabilityFilter,
        offset: u32,
        limit: u32,
    ) -> Vec<Vulnerability> {
        let others: Vec<_> = others.iter().map(|other| &other.0).collect();
        self.0.not_in(&others, filter, offset, limit)
    }
}
