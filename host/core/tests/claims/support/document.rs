//! Documents as a pipeline would hand them in.

use super::names::{evidence_name, now, service};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{Completeness, Content, Document, DocumentTime, Evidence, TestCase, TestReport, TestStatus, Zone},
    signer::{Signed, SignedBy, Window},
    time::Timestamp,
};

#[derive(Debug, Clone)]
pub(crate) struct DocumentBuilder {
    evidence: Evidence,
    document: Document,
    cases: Vec<TestCase>,
    others: Vec<Content>,
}

/// A finished test report without a case, received now, which says neither what it speaks of nor when it was made.
pub(crate) fn document(name: &str) -> DocumentBuilder {
    let document = Document {
        format: Arc::from("junit"),
        digest: Digest::of(name.as_bytes()),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: None,
        about: Default::default(),
        signer: None,
        completeness: Completeness::Complete,
        contents: Vec::new(),
        bytes: Arc::from([]),
    };
    let evidence = Evidence {
        name: evidence_name(name),
        service: None,
        document: Arc::new(document.clone()),
        declared_at: None,
        received_at: now(),
        stated_in: None,
    };
    DocumentBuilder { evidence, document, cases: Vec::new(), others: Vec::new() }
}

impl DocumentBuilder {
    /// Other bytes than those of any other document.
    pub(crate) fn bytes(mut self, bytes: &str) -> Self {
        self.document.digest = Digest::of(bytes.as_bytes());
        self.document.bytes = Arc::from(bytes.as_bytes());
        self
    }

    pub(crate) fn read_as(mut self, format: &str) -> Self {
        self.document.format = Arc::from(format);
        self
    }

    pub(crate) fn of_service(mut self, name: &str) -> Self {
        self.evidence.service = Some(service(name));
        self
    }

    pub(crate) fn passed(self, count: usize) -> Self {
        self.cases(TestStatus::Passed, count)
    }

    pub(crate) fn failed(self, count: usize) -> Self {
        self.cases(TestStatus::Failed, count)
    }

    pub(crate) fn cases(mut self, status: TestStatus, count: usize) -> Self {
        let from = self.cases.len();
        self.cases.extend((from..from + count).map(|number| TestCase {
            suite: Arc::from("suite"),
            name: Arc::from(format!("case {number:03}")),
            status,
            duration_ms: 0,
            message: Arc::from(""),
        }));
        self
    }

    /// One more case that passed, under its own name.
    pub(crate) fn case(mut self, name: &str, status: TestStatus, duration_ms: u64) -> Self {
        let (suite, message) = (Arc::from("suite"), Arc::from(""));
        self.cases.push(TestCase { suite, name: Arc::from(name), status, duration_ms, message });
        self
    }

    pub(crate) fn unfinished(mut self, why: &str) -> Self {
        self.document.completeness = Completeness::Incomplete(Arc::from(why));
        self
    }

    /// Nobody can say whether the tool looked at something.
    pub(crate) fn empty(mut self, why: &str) -> Self {
        self.document.completeness = Completeness::Empty(Arc::from(why));
        self
    }

    /// Instead of test cases.
    pub(crate) fn holds(mut self, content: Content) -> Self {
        self.others.push(content);
        self
    }

    pub(crate) fn by_author(mut self, author: &str) -> Self {
        self.document.author = Some(Arc::from(author));
        self
    }

    pub(crate) fn signed_by(mut self, signer: &str) -> Self {
        self.document.signer = Some(signer.into());
        self
    }

    /// What was signed, whatever is written around it.
    pub(crate) fn sealing(mut self, payload: &str) -> Self {
        let signed = self.document.signer.take().unwrap();
        self.document.signer = Some(signed.over(Digest::of(payload.as_bytes())));
        self
    }

    /// By several, each with a key that counts for some time.
    pub(crate) fn signed_within(mut self, by: &[(&str, Window)]) -> Self {
        let signed = |(signer, window): &(&str, Window)| SignedBy {
            signer: Arc::from(*signer),
            key: Digest::of(signer.as_bytes()),
            window: *window,
        };
        self.document.signer = Signed::new(by.iter().map(signed).collect());
        self
    }

    pub(crate) fn unsigned(mut self) -> Self {
        self.document.signer = None;
        self
    }

    pub(crate) fn speaks_of_commit(mut self, commit: &str) -> Self {
        self.document.revision = Some(Arc::from(commit));
        self
    }

    pub(crate) fn speaks_of_artifact(mut self, digest: Digest) -> Self {
        self.document.subjects.push(digest);
        self
    }

    pub(crate) fn made_at(mut self, at: Timestamp) -> Self {
        self.document.produced_at = Some(DocumentTime { at, zone: Zone::Stated });
        self
    }

    pub(crate) fn made_without_zone_at(mut self, at: Timestamp) -> Self {
        self.document.produced_at = Some(DocumentTime { at, zone: Zone::Assumed });
        self
    }

    pub(crate) fn declared_at(mut self, at: Timestamp) -> Self {
        self.evidence.declared_at = Some(at);
        self
    }

    pub(crate) fn received_at(mut self, at: Timestamp) -> Self {
        self.evidence.received_at = at;
        self
    }

    /// The record says that a person made this statement.
    pub(crate) fn stated(mut self) -> Self {
        self.evidence.stated_in = Some(7);
        self
    }

    pub(crate) fn holds_in(mut self, environment: &str) -> Self {
        self.document.about.environment = Some(environment.parse().unwrap());
        self
    }

    pub(crate) fn holds_for(mut self, services: &[&str]) -> Self {
        self.document.about.services = services.iter().map(|name| service(name)).collect();
        self
    }

    pub(crate) fn build(self) -> Evidence {
        let Self { mut evidence, mut document, cases, others } = self;
        let report = TestReport { suites: vec![Arc::from("suite")], cases, contradictions: Vec::new() };
        document.contents = if others.is_empty() { vec![Content::Tests(Arc::new(report))] } else { others };
        evidence.document = Arc::new(document);
        evidence
    }
}
