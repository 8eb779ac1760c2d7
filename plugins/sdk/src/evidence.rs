//! The evidence that the policy set bound to this evaluation. It lies in the host, parsed once for all plugins: ask for counts and
//! for the rows that are wanted, and pay only for those.

pub mod components;
pub mod scan;
pub mod small;
pub mod tests;
pub mod vulnerabilities;

use crate::{backend, deployment::Timestamp};
use components::BillOfMaterials;
use scan::ScanReport;
use small::{Coverage, Fact, Measurement, Provenance, Statement};
use tests::TestReport;
use vulnerabilities::VulnerabilityReport;

/// Everything that this evaluation may see.
#[derive(Debug)]
pub struct Evidence(pub(crate) backend::Evidence);

impl Evidence {
    /// The documents bound to this evaluation, ordered by name and digest.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        self.0.documents()
    }

    /// The documents of the same names from the last deployment of the service here that succeeded by the rules.
    #[must_use]
    pub fn baseline(&self) -> Baseline {
        self.0.baseline()
    }
}

/// What the documents are compared with.
#[derive(Debug)]
pub enum Baseline {
    /// The stage does not ask for one.
    NotAsked,
    /// There was no earlier deployment of this service here.
    First,
    /// Its documents.
    Documents(Vec<Document>),
    /// There was one, but its documents cannot be had: no grounds for a pass. Says why.
    Unavailable(String),
}

/// What a document is, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name the policy set binds it by. A name may hold several documents.
    pub name: String,
    /// The service it speaks of, when the stage is judged per service.
    pub service: Option<String>,
    /// `junit`, `sarif`, `cobertura`, …
    pub format: String,
    /// Of its bytes: `sha256:…`.
    pub digest: String,
    /// The tool that wrote it.
    pub tool: Option<String>,
    /// Who answers for what it declares harmless, as it names them: a claim.
    pub author: Option<String>,
    /// When it says that it was written.
    pub produced_at: Option<Timestamp>,
    /// The artifacts it speaks of, by digest; empty when it does not say.
    pub subjects: Vec<String>,
    /// The verified signer, when it came in a trusted envelope.
    pub signer: Option<String>,
    /// False when the tool did not finish, or cannot tell a clean result from none.
    pub complete: bool,
}

/// One document.
#[derive(Debug)]
pub struct Document(pub(crate) backend::Document);

impl Document {
    /// What it is, and where it comes from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.0.source()
    }

    /// What it holds: several things, or nothing for a format of the team's own, which is read as bytes.
    #[must_use]
    pub fn contents(&self) -> Vec<Content> {
        self.0.contents()
    }

    /// The document as stored, at most 1 MiB a call.
    #[must_use]
    pub fn bytes(&self, offset: u64, len: u32) -> Vec<u8> {
        self.0.bytes(offset, len)
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size()
    }
}

/// One kind of content of a document.
#[derive(Debug)]
pub enum Content {
    /// Test cases.
    Tests(TestReport),
    /// Issues of a static analysis, an accessibility check, a secret scanner, …
    Scan(ScanReport),
    /// Known vulnerabilities of packages.
    Vulnerabilities(VulnerabilityReport),
    /// A bill of materials.
    Components(BillOfMaterials),
    /// Coverage.
    Coverage(Coverage),
    /// Numbers with units.
    Measurements(Vec<Measurement>),
    /// What a person or a system vouched for.
    Statements(Vec<Statement>),
    /// How the artifact came to be.
    Provenance(Provenance),
    /// Names and values.
    Facts(Vec<Fact>),
}
