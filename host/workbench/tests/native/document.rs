//! A document written down once, as a fixture for the native plugin and as the host's for the engine; and the question to both.

use crate::rows;
use std::sync::Arc;
use tidegate_core::{
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Revision, Service},
    digest::Digest,
    evidence::{Completeness, Content, Document, Evidence},
    name::{Commit, EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::GateRequest,
    signer::Signed,
    time::Timestamp,
};
use tidegate_sdk::{
    deployment::{Artifact as NativeArtifact, Revision as NativeRevision},
    evidence::{
        components::Component,
        scan::{Issue, ScanKind},
        small::{Coverage, Fact, Measurement, Provenance},
        tests::TestCase,
        vulnerabilities::{VexClaim, Vulnerability},
    },
    fixture::{self, DocumentFixture},
    gate::Request,
};

/// The moment of every judgement here.
pub(crate) const NOW: u64 = 1_000 * 24 * 3_600 * 1_000_000_000;
/// What is deployed.
pub(crate) const COMMIT: &str = "4f2a9c0d1e4f2a9c0d1e4f2a9c0d1e4f2a9c0d1e";
const REPOSITORY: &str = "https://github.com/acme/shop";

/// One kind of content.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// Cases and contradictions.
    Tests(Vec<TestCase>),
    Scan(ScanKind, Vec<Issue>),
    /// With claims, and the database's age.
    Vulnerabilities(Vec<Vulnerability>, Vec<VexClaim>, Option<u64>),
    Components(Vec<Component>),
    Coverage(Coverage),
    Measurements(Vec<Measurement>),
    Provenance(Provenance),
    Facts(Vec<Fact>),
}

/// A document of that name and format.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: &'static str,
    pub(crate) format: &'static str,
    pub(crate) contents: Vec<Rows>,
    /// `None`: not signed.
    pub(crate) signer: Option<&'static str>,
    /// Tells documents of one name apart.
    pub(crate) number: u8,
}

impl Given {
    pub(crate) fn identity(&self) -> (&'static str, String) {
        (self.name, self.digest().to_string())
    }

    fn digest(&self) -> Digest {
        Digest::of(&[self.number])
    }

    pub(crate) fn fixture(&self) -> DocumentFixture {
        let begun = DocumentFixture::new(self.name, self.format).source(|source| {
            source.digest = self.digest().to_string();
            source.signer = self.signer.map(str::to_owned);
            source.subjects = vec![artifact().to_string()];
        });
        let begun = begun.bytes(&[self.number]);
        self.contents.iter().cloned().fold(begun, |document, rows| match rows {
            Rows::Tests(cases) => document.tests(cases, []),
            Rows::Scan(kind, issues) => document.scan_of(kind, issues),
            Rows::Vulnerabilities(found, claims, at) => document.vulnerabilities_with_claims(found, at, claims),
            Rows::Components(components) => document.components(components),
            Rows::Coverage(coverage) => document.coverage(coverage),
            Rows::Measurements(measurements) => document.measurements(measurements),
            Rows::Provenance(provenance) => document.provenance(provenance),
            Rows::Facts(facts) => document.facts(facts),
        })
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let contents: Vec<Content> = self.contents.iter().map(rows::content).collect();
        let document = Document {
            format: self.format.into(),
            digest: self.digest(),
            tool: None,
            produced_at: None,
            author: None,
            subjects: vec![artifact()],
            revision: None,
            about: Default::default(),
            signer: self.signer.map(Signed::from),
            completeness: Completeness::Complete,
            contents,
            bytes: [self.number].into(),
        };
        Evidence {
            name: EvidenceName::parse(self.name).unwrap(),
            service: None,
            document: Arc::new(document),
            declared_at: None,
            received_at: Timestamp::from_nanos(NOW),
            stated_in: None,
        }
    }
}

fn artifact() -> Digest {
    Digest::of(b"artifact")
}

/// The question to the engine.
pub(crate) fn request(settings: &str) -> GateRequest {
    let service = Service {
        name: ServiceName::parse("api").unwrap(),
        version: Version::parse("1.4.2").unwrap(),
        previous_version: None,
        artifact: Some(Artifact { uri: "".into(), digest: artifact() }),
    };
    let revision =
        Revision { repository: REPOSITORY.into(), commit: Commit::parse(COMMIT).unwrap(), ref_name: "main".into() };
    let deployment = DeploymentRequest {
        id: "fixture".into(),
        environment: EnvironmentName::parse("production").unwrap(),
        services: vec![service],
        revision: Some(revision),
        cause: Cause::Push,
        actor: "fixture".into(),
        person: None,
        requested_at: Timestamp::from_nanos(0),
        labels: vec![],
    };
    GateRequest {
        deployment: Arc::new(Deployment::new(deployment).unwrap()),
        stage: StageId::parse("stage").unwrap(),
        service: None,
        settings: settings.into(),
        evaluated_at: Timestamp::from_nanos(NOW),
    }
}

/// The same question to the native plugin.
pub(crate) fn native_request<S>(settings: S) -> Request<S> {
    let mut request = fixture::request(settings);
    request.evaluated_at = NOW;
    request.deployment.revision = Some(NativeRevision {
        repository: REPOSITORY.to_owned(),
        commit: COMMIT.to_owned(),
        ref_name: "main".to_owned(),
    });
    for service in &mut request.deployment.services {
        service.artifact = Some(NativeArtifact { uri: String::new(), digest: artifact().to_string() });
    }
    request
}
