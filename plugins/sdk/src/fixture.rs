//! Evidence for native tests: rows written down in the test, looked at through the same types as the host's.
//!
//! ```
//! use tidegate_sdk::{evidence::{small::Coverage, tests::{TestCase, TestStatus}}, fixture::{DocumentFixture, evidence}, report::Ratio};
//!
//! let case = TestCase { suite: "api".into(), name: "starts".into(), status: TestStatus::Passed, duration_ms: 3, message: "".into() };
//! let coverage = Coverage { lines: Ratio { numerator: 8, denominator: 10 }, branches: None };
//! let evidence = evidence([DocumentFixture::new("unit_tests", "junit").tests([case], []).coverage(coverage)]);
//! assert_eq!(evidence.documents()[0].contents().len(), 2);
//! ```

mod after;

pub use self::after::{incident, observation, series};

use crate::{
    deployment::{Cause, Deployment, Service, Timestamp},
    evidence::{
        Evidence, Source,
        components::Component,
        scan::{Issue, ScanKind},
        small::{Coverage, Fact, Measurement, Provenance, Statement},
        tests::TestCase,
        vulnerabilities::{VexClaim, Vulnerability},
    },
    gate::Request,
    memory::{self, BaselineRows, ContentRows, DocumentRows, ScanRows, TestRows, VulnerabilityRows},
};
use std::rc::Rc;

/// A document in the making.
#[derive(Debug, Clone)]
pub struct DocumentFixture(DocumentRows);

/// What the documents are compared with.
#[derive(Debug, Clone)]
pub enum BaselineFixture {
    /// The stage does not ask for one.
    NotAsked,
    /// There was no earlier deployment.
    First,
    /// Its documents.
    Documents(Vec<DocumentFixture>),
    /// Its documents cannot be had.
    Unavailable(String),
}

/// Evidence without a baseline, the documents in that order.
#[must_use]
pub fn evidence(documents: impl IntoIterator<Item = DocumentFixture>) -> Evidence {
    evidence_with_baseline(documents, BaselineFixture::NotAsked)
}

/// Evidence with a baseline.
#[must_use]
pub fn evidence_with_baseline(
    documents: impl IntoIterator<Item = DocumentFixture>,
    baseline: BaselineFixture,
) -> Evidence {
    let rows = |documents: Vec<DocumentFixture>| documents.into_iter().map(|document| Rc::new(document.0)).collect();
    let baseline = match baseline {
        BaselineFixture::NotAsked => BaselineRows::NotAsked,
        BaselineFixture::First => BaselineRows::First,
        BaselineFixture::Documents(documents) => BaselineRows::Documents(rows(documents)),
        BaselineFixture::Unavailable(why) => BaselineRows::Unavailable(why),
    };
    Evidence(memory::Evidence { documents: rows(documents.into_iter().collect()), baseline })
}

/// A request with these settings: one service `api` to `production`, at moment 0.
#[must_use]
pub fn request<Settings>(settings: Settings) -> Request<Settings> {
    Request { deployment: deployment(), stage: "stage".to_owned(), service: None, settings, evaluated_at: 0 }
}

/// One service `api` to `production`.
fn deployment() -> Deployment {
    let service =
        Service { name: "api".to_owned(), version: "1.4.2".to_owned(), previous_version: None, artifact: None };
    Deployment {
        id: "fixture".to_owned(),
        environment: "production".to_owned(),
        services: vec![service],
        revision: None,
        cause: Cause::Push,
        actor: "fixture".to_owned(),
        requested_at: 0,
        labels: vec![],
    }
}

impl DocumentFixture {
    /// A complete document without contents. Its digest is made up from its name and format.
    #[must_use]
    pub fn new(name: &str, format: &str) -> Self {
        let source = Source {
            name: name.to_owned(),
            service: None,
            format: format.to_owned(),
            digest: format!("sha256:{:0>64}", name.bytes().chain(format.bytes()).map(u64::from).sum::<u64>()),
            tool: None,
            produced_at: None,
            author: None,
            subjects: Vec::new(),
            signer: None,
            complete: true,
        };
        Self(DocumentRows { source, contents: vec![], bytes: vec![] })
    }

    /// From an unfinished tool.
    #[must_use]
    pub fn incomplete(mut self) -> Self {
        self.0.source.complete = false;
        self
    }

    /// With its source changed so.
    #[must_use]
    pub fn source(mut self, change: impl FnOnce(&mut Source)) -> Self {
        change(&mut self.0.source);
        self
    }

    /// As stored.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        bytes.clone_into(&mut self.0.bytes);
        self
    }

    /// With these cases and contradictions. Suites are those of the cases.
    #[must_use]
    pub fn tests(
        self,
        cases: impl IntoIterator<Item = TestCase>,
        contradictions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        self.suites([], cases, contradictions)
    }

    /// With these suites, whether they have cases or not, and then those of the cases.
    #[must_use]
    pub fn suites(
        self,
        suites: impl IntoIterator<Item = &'static str>,
        cases: impl IntoIterator<Item = TestCase>,
        contradictions: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let cases: Vec<TestCase> = cases.into_iter().collect();
        let mut names: Vec<String> = suites.into_iter().map(str::to_owned).collect();
        for case in &cases {
            if !names.contains(&case.suite) {
                names.push(case.suite.clone());
            }
        }
        let contradictions = contradictions.into_iter().map(str::to_owned).collect();
        self.content(ContentRows::Tests(Rc::new(TestRows { suites: names, cases, contradictions })))
    }

    /// With a scan of these issues.
    #[must_use]
    pub fn scan(self, issues: impl IntoIterator<Item = Issue>) -> Self {
        self.scan_of(ScanKind::Analysis, issues)
    }

    /// With a scan of that kind.
    #[must_use]
    pub fn scan_of(self, kind: ScanKind, issues: impl IntoIterator<Item = Issue>) -> Self {
        self.content(ContentRows::Scan(Rc::new(ScanRows { kind, issues: issues.into_iter().collect() })))
    }

    /// With these vulnerabilities.
    #[must_use]
    pub fn vulnerabilities(
        self,
        vulnerabilities: impl IntoIterator<Item = Vulnerability>,
        database_at: Option<Timestamp>,
    ) -> Self {
        self.vulnerabilities_with_claims(vulnerabilities, database_at, [])
    }

    /// With these vulnerabilities, and what was said about them.
    #[must_use]
    pub fn vulnerabilities_with_claims(
        self,
        vulnerabilities: impl IntoIterator<Item = Vulnerability>,
        database_at: Option<Timestamp>,
        claims: impl IntoIterator<Item = VexClaim>,
    ) -> Self {
        let rows = VulnerabilityRows {
            vulnerabilities: vulnerabilities.into_iter().collect(),
            database_at,
            claims: claims.into_iter().collect(),
        };
        self.content(ContentRows::Vulnerabilities(Rc::new(rows)))
    }

    /// With these components.
    #[must_use]
    pub fn components(self, components: impl IntoIterator<Item = Component>) -> Self {
        self.content(ContentRows::Components(components.into_iter().collect()))
    }

    /// With this coverage.
    #[must_use]
    pub fn coverage(self, coverage: Coverage) -> Self {
        self.content(ContentRows::Coverage(coverage))
    }

    /// With these measurements.
    #[must_use]
    pub fn measurements(self, measurements: impl IntoIterator<Item = Measurement>) -> Self {
        self.content(ContentRows::Measurements(measurements.into_iter().collect()))
    }

    /// With these statements.
    #[must_use]
    pub fn statements(self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.content(ContentRows::Statements(statements.into_iter().collect()))
    }

    /// With this provenance.
    #[must_use]
    pub fn provenance(self, provenance: Provenance) -> Self {
        self.content(ContentRows::Provenance(provenance))
    }

    /// With these facts.
    #[must_use]
    pub fn facts(self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.content(ContentRows::Facts(facts.into_iter().collect()))
    }

    fn content(mut self, content: ContentRows) -> Self {
        self.0.contents.push(content);
        self
    }
}
