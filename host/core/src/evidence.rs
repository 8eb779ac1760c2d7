//! The normalised model of evidence: what every reader produces and every plugin sees, whatever tool wrote the report.
//!
//! Rows hold `Arc<str>`, so that a document parsed once is shared by every stage and every decision that cites it.

use crate::{
    digest::Digest,
    finding::{Location, Severity},
    name::{EnvironmentName, EvidenceName, ServiceName},
    ratio::Ratio,
    signer::Signed,
    time::Timestamp,
    vex::VexReport,
    vulnerability::VulnerabilityReport,
};
use std::sync::Arc;

/// One document as a reader understood it. Depends on its bytes and its format alone.
#[derive(Debug, Clone)]
pub struct Document {
    /// `junit`, `sarif`, `cobertura`, …; `opaque` for a format of the team's own, read as bytes.
    pub format: Arc<str>,
    /// Of the bytes.
    pub digest: Digest,
    /// The tool that wrote it, with its version where it says so.
    pub tool: Option<Arc<str>>,
    /// Who answers for what it says beyond observations (VEX statements, suppressions): as the document names them, a claim.
    pub author: Option<Arc<str>>,
    /// When it says that it was written.
    pub produced_at: Option<DocumentTime>,
    /// The artifacts that it says it speaks of; none when it does not say.
    pub subjects: Vec<Digest>,
    /// The commit that it says it speaks of.
    pub revision: Option<Arc<str>>,
    /// Where and for what it says that it holds.
    pub about: About,
    /// The verified signatures, when it came in an envelope signed by signers whom the policy set knows.
    pub signer: Option<Signed>,
    /// Whether the tool finished and looked at something.
    pub completeness: Completeness,
    /// What it holds; a document may hold several things. Empty for `opaque`.
    pub contents: Vec<Content>,
    /// The document as stored.
    pub bytes: Arc<[u8]>,
}

/// Where and for what a document says that it holds. Nothing said: anywhere, for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// This environment alone.
    pub environment: Option<EnvironmentName>,
    /// These services alone.
    pub services: Vec<ServiceName>,
}

/// A time that a document states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentTime {
    /// The moment.
    pub at: Timestamp,
    /// Whether the document says which zone its clock showed.
    pub zone: Zone,
}

/// Whether a written time names its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// It does.
    Stated,
    /// It does not; UTC was assumed, so the moment may be wrong by up to 14 hours either way.
    Assumed,
}

/// Whether a document can support a conclusion at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// The tool finished and says what it looked at.
    Complete,
    /// It holds nothing, and does not say that the tool looked at something. Says why, and which flag makes the tool say more.
    /// A stage may take this for clean.
    Empty(Arc<str>),
    /// It did not finish. Says why.
    Incomplete(Arc<str>),
}

/// One kind of content of a document.
#[derive(Debug, Clone)]
pub enum Content {
    /// Test cases.
    Tests(Arc<TestReport>),
    /// Issues of a static analysis, an accessibility check, a secret scanner, …
    Scan(Arc<ScanReport>),
    /// Known vulnerabilities of packages.
    Vulnerabilities(Arc<VulnerabilityReport>),
    /// A bill of materials.
    Components(Arc<BillOfMaterials>),
    /// Coverage.
    Coverage(Coverage),
    /// Numbers with units.
    Measurements(Arc<[Measurement]>),
    /// What a person or a system vouched for.
    Statements(Arc<[Statement]>),
    /// How the artifact came to be.
    Provenance(Arc<Provenance>),
    /// Names and values.
    Facts(Arc<[Fact]>),
    /// Who says which vulnerabilities do not reach this product. Applied by [`crate::trust`]; plugins see the outcome.
    Vex(Arc<VexReport>),
}

/// How a test case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestStatus {
    /// It passed.
    Passed,
    /// An assertion failed.
    Failed,
    /// It could not be run to its end.
    Errored,
    /// It was not run.
    Skipped,
    /// It failed first and passed in the end.
    Flaky,
}

/// One test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// The suite as the document names it.
    pub suite: Arc<str>,
    /// The case, with its class where the format has one.
    pub name: Arc<str>,
    /// How it ended.
    pub status: TestStatus,
    /// Milliseconds; 0 when not stated.
    pub duration_ms: u64,
    /// Of a failure, an error or a skip; may be empty.
    pub message: Arc<str>,
}

/// Test cases as counted, never as a document's own counters say.
#[derive(Debug, Clone, Default)]
pub struct TestReport {
    /// Every suite named, in order of appearance, each once; also those without a case.
    pub suites: Vec<Arc<str>>,
    /// In order of appearance.
    pub cases: Vec<TestCase>,
    /// Where the document's own counters contradict its cases.
    pub contradictions: Vec<Arc<str>>,
}

/// Whether an issue is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suppression {
    /// It is not.
    None,
    /// The document says so, on nobody's word that counts here.
    Claimed,
    /// The document says so, and comes from a signer or an author that the stage lists.
    Trusted,
}

/// One issue of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// The tool's rule.
    pub rule: Arc<str>,
    /// As normalised by the reader.
    pub severity: Severity,
    /// In the tool's words.
    pub message: Arc<str>,
    /// Where.
    pub location: Option<IssueLocation>,
    /// Stable across runs; made from rule, path and message where the tool gives none.
    pub fingerprint: Arc<str>,
    /// How grave it is for security, 0 to 10, where the tool says so (SARIF's `security-severity`).
    pub score: Option<f64>,
    /// A reader knows only [`Suppression::None`] and [`Suppression::Claimed`].
    pub suppression: Suppression,
    /// The tool's tags.
    pub tags: Arc<[Arc<str>]>,
}

/// Where an issue lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueLocation {
    /// Path or URI as the tool wrote it.
    pub uri: Arc<str>,
    /// Counted from 1.
    pub line: Option<u32>,
}

impl From<&IssueLocation> for Location {
    fn from(location: &IssueLocation) -> Self {
        Self { uri: location.uri.as_ref().to_owned(), line: location.line }
    }
}

/// What a scan looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScanKind {
    /// Mistakes in code or style; also where a report does not say.
    #[default]
    Analysis,
    /// Passwords, keys and tokens.
    Secrets,
    /// Configuration of infrastructure and images.
    Misconfigurations,
    /// Barriers for people.
    Accessibility,
    /// Licences.
    Licenses,
}

/// The issues of a scan.
#[derive(Debug, Clone, Default)]
pub struct ScanReport {
    /// What it looked for.
    pub kind: ScanKind,
    /// In order of appearance.
    pub issues: Vec<Issue>,
}

/// One component of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: Arc<str>,
    /// Its version; may be empty.
    pub version: Arc<str>,
    /// Package URL.
    pub purl: Option<Arc<str>>,
    /// SPDX expressions or names.
    pub licenses: Arc<[Arc<str>]>,
}

/// A bill of materials.
#[derive(Debug, Clone, Default)]
pub struct BillOfMaterials {
    /// In order of appearance.
    pub components: Vec<Component>,
}

/// Coverage, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Lines covered of lines that could be.
    pub lines: Ratio,
    /// Branches covered of branches that could be.
    pub branches: Option<Ratio>,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// E.g. `http_req_duration.p95`.
    pub name: Arc<str>,
    /// What it was measured on: a page, an endpoint. `None`: on everything that the document speaks of.
    pub subject: Option<Arc<str>>,
    /// Finite.
    pub value: f64,
    /// E.g. `ms`; may be empty.
    pub unit: Arc<str>,
}

/// How a checklist item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is fulfilled.
    Met,
    /// It is not.
    Unmet,
    /// It does not concern this deployment; the note says why.
    NotApplicable,
}

/// A checklist item that a person or a system vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The item's id.
    pub item: Arc<str>,
    /// How it stands.
    pub standing: Standing,
    /// Who says so.
    pub by: Arc<str>,
    /// When they said it. `None`: no later than when the document was made ([`Evidence::made_at`]).
    pub at: Option<Timestamp>,
    /// Where to read more.
    pub link: Option<Arc<str>>,
    /// Free text; may be empty.
    pub note: Arc<str>,
}

/// How the artifact came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Who built it.
    pub builder: Arc<str>,
    /// How.
    pub build_type: Arc<str>,
    /// From where.
    pub repository: Arc<str>,
    /// From which commit.
    pub commit: Arc<str>,
    /// From which branch or tag; may be empty.
    pub ref_name: Arc<str>,
    /// From what.
    pub materials: Vec<Digest>,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(Arc<str>),
    /// A finite number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// E.g. `certificate.not_after`.
    pub name: Arc<str>,
    /// What it is true of: an address, a host. `None`: of everything that the document speaks of.
    pub subject: Option<Arc<str>>,
    /// Its value.
    pub value: Value,
}

/// A document as it was handed in for a decision: what it is called, whose it is, and who vouches for it.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The name a policy set binds it by.
    pub name: EvidenceName,
    /// The service it speaks of, when the caller says so (`name@service`).
    pub service: Option<ServiceName>,
    /// The document.
    pub document: Arc<Document>,
    /// When the uploader says that it was made.
    pub declared_at: Option<Timestamp>,
    /// When the gate first received these bytes.
    pub received_at: Timestamp,
    /// The leaf of the record which says that an authenticated person made this statement, word for word.
    pub stated_in: Option<u64>,
}

impl Evidence {
    /// `name` or `name@service`, as a caller writes it.
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.name, self.service.as_ref())
    }

    /// When the document was made, as far as anybody says: as it says itself, as its uploader says, or when it was first received.
    /// Nothing was made after it was received.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        let stated = self.document.produced_at.map(|time| time.at).or(self.declared_at);
        stated.map_or(self.received_at, |stated| stated.min(self.received_at))
    }
}

/// `name` or `name@service`, as a caller writes it.
#[must_use]
pub fn label(name: &EvidenceName, service: Option<&ServiceName>) -> String {
    service.map_or_else(|| name.to_string(), |service| format!("{name}@{service}"))
}

/// The same documents of the last deployment of the service here that succeeded by the rules.
#[derive(Debug, Clone)]
pub enum Baseline {
    /// The stage does not ask for one.
    NotAsked,
    /// There was no earlier deployment of this service here.
    First,
    /// Its documents.
    Documents(Vec<Evidence>),
    /// There was one, but its documents cannot be had. Says why.
    Unavailable(Arc<str>),
}
