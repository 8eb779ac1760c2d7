//! Evidence behind the host's handles.

use super::{bindings::tidegate::policy::evidence as wit, evidence_rows as rows, nouns};
use crate::{
    deployment::Timestamp,
    evidence::{
        self, Baseline, Content, Source,
        components::{BillOfMaterials, Component},
        scan::{
            Issue, IssueColumns, IssueFields, IssueFilter, ScanKind, ScanReport, SeverityCounts, SuppressionCounts,
        },
        small::Coverage,
        tests::{TestCase, TestReport, TestStatus, TestTotals},
        vulnerabilities::{VexClaim, Vulnerability, VulnerabilityFilter, VulnerabilityReport},
    },
};

#[derive(Debug)]
pub(crate) struct Evidence;
#[derive(Debug)]
pub(crate) struct Document(wit::Document);
#[derive(Debug)]
pub(crate) struct Tests(wit::TestReport);
#[derive(Debug)]
pub(crate) struct Scan(wit::ScanReport);
#[derive(Debug)]
pub(crate) struct Vulnerabilities(wit::VulnerabilityReport);
#[derive(Debug)]
pub(crate) struct Components(wit::BillOfMaterials);

fn documents(given: Vec<wit::Document>) -> Vec<evidence::Document> {
    given.into_iter().map(|document| evidence::Document(Document(document))).collect()
}

impl Evidence {
    pub(crate) fn documents(&self) -> Vec<evidence::Document> {
        documents(wit::documents())
    }

    pub(crate) fn baseline(&self) -> Baseline {
        match wit::baseline() {
            wit::BaselineDocuments::NotAsked => Baseline::NotAsked,
            wit::BaselineDocuments::First => Baseline::First,
            wit::BaselineDocuments::Documents(given) => Baseline::Documents(documents(given)),
            wit::BaselineDocuments::Unavailable(why) => Baseline::Unavailable(why),
        }
    }
}

impl Document {
    pub(crate) fn source(&self) -> Source {
        rows::source(self.0.source())
    }

    pub(crate) fn contents(&self) -> Vec<Content> {
        self.0.contents().into_iter().map(content).collect()
    }

    pub(crate) fn bytes(&self, offset: u64, len: u32) -> Vec<u8> {
        self.0.bytes(offset, len)
    }

    pub(crate) fn size(&self) -> u64 {
        self.0.size()
    }
}

fn content(given: wit::Content) -> Content {
    match given {
        wit::Content::Tests(handle) => Content::Tests(TestReport(Tests(handle))),
        wit::Content::Scan(handle) => Content::Scan(ScanReport(Scan(handle))),
        wit::Content::Vulnerabilities(handle) => Content::Vulnerabilities(VulnerabilityReport(Vulnerabilities(handle))),
        wit::Content::Components(handle) => Content::Components(BillOfMaterials(Components(handle))),
        wit::Content::Coverage(wit::Coverage { lines, branches }) => {
            Content::Coverage(Coverage { lines: nouns::ratio(lines), branches: branches.map(nouns::ratio) })
        }
        wit::Content::Measurements(given) => Content::Measurements(given.into_iter().map(rows::measurement).collect()),
        wit::Content::Statements(given) => Content::Statements(given.into_iter().map(rows::statement).collect()),
        wit::Content::Provenance(given) => Content::Provenance(rows::provenance(given)),
        wit::Content::Facts(given) => Content::Facts(given.into_iter().map(rows::fact).collect()),
    }
}

impl Tests {
    pub(crate) fn totals(&self) -> TestTotals {
        let wit::TestTotals { passed, failed, errored, skipped, flaky, duration_ms } = self.0.totals();
        TestTotals { passed, failed, errored, skipped, flaky, duration_ms }
    }

    pub(crate) fn suites(&self) -> Vec<String> {
        self.0.suites()
    }

    pub(crate) fn cases(&self, statuses: &[TestStatus], offset: u32, limit: u32) -> Vec<TestCase> {
        let statuses: Vec<wit::TestStatus> = statuses.iter().copied().map(rows::status_back).collect();
        self.0.cases(&statuses, offset, limit).into_iter().map(rows::test_case).collect()
    }

    pub(crate) fn contradictions(&self) -> Vec<String> {
        self.0.contradictions()
    }

    pub(crate) fn missing_from(&self, other: &Self, limit: u32) -> Vec<TestCase> {
        self.0.missing_from(&other.0, limit).into_iter().map(rows::test_case).collect()
    }
}

impl Scan {
    pub(crate) fn kind(&self) -> ScanKind {
        rows::scan_kind(self.0.kind())
    }

    pub(crate) fn suppressions(&self, filter: &IssueFilter) -> SuppressionCounts {
        let wit::SuppressionCounts { claimed, trusted } = self.0.suppressions(&rows::issue_filter(filter));
        SuppressionCounts { claimed, trusted }
    }

    pub(crate) fn count(&self, filter: &IssueFilter) -> SeverityCounts {
        rows::counts(self.0.count(&rows::issue_filter(filter)))
    }

    pub(crate) fn issues(&self, filter: &IssueFilter, fields: IssueFields, offset: u32, limit: u32) -> Vec<Issue> {
        let issues = self.0.issues(&rows::issue_filter(filter), rows::issue_fields(fields), offset, limit);
        issues.into_iter().map(rows::issue).collect()
    }

    pub(crate) fn columns(&self) -> IssueColumns {
        let wit::IssueColumns { severities, rules, paths, lines } = self.0.columns();
        IssueColumns { severities, rules, paths, lines }
    }

    pub(crate) fn text(&self, id: u32) -> String {
        self.0.text(id)
    }

    pub(crate) fn not_in(
        &self,
        others: &[&Self],
        filter: &IssueFilter,
        fields: IssueFields,
        offset: u32,
        limit: u32,
    ) -> Vec<Issue> {
        let others: Vec<_> = others.iter().map(|other| &other.0).collect();
        let issues = self.0.not_in(&others, &rows::issue_filter(filter), rows::issue_fields(fields), offset, limit);
        issues.into_iter().map(rows::issue).collect()
    }
}

impl Vulnerabilities {
    pub(crate) fn count(&self, filter: &VulnerabilityFilter) -> SeverityCounts {
        rows::counts(self.0.count(&rows::vulnerability_filter(filter)))
    }

    pub(crate) fn vulnerabilities(&self, filter: &VulnerabilityFilter, offset: u32, limit: u32) -> Vec<Vulnerability> {
        let given = self.0.vulnerabilities(&rows::vulnerability_filter(filter), offset, limit);
        given.into_iter().map(rows::vulnerability).collect()
    }

    pub(crate) fn claims(&self, offset: u32, limit: u32) -> Vec<VexClaim> {
        self.0.claims(offset, limit).into_iter().map(rows::claim).collect()
    }

    pub(crate) fn known_exploited(&self) -> u32 {
        self.0.known_exploited()
    }

    pub(crate) fn database_at(&self) -> Option<Timestamp> {
        self.0.database_at()
    }

    pub(crate) fn not_in(
        &self,
        others: &[&Self],
        filter: &VulnerabilityFilter,
        offset: u32,
        limit: u32,
    ) -> Vec<Vulnerability> {
        let others: Vec<_> = others.iter().map(|other| &other.0).collect();
        let given = self.0.not_in(&others, &rows::vulnerability_filter(filter), offset, limit);
        given.into_iter().map(rows::vulnerability).collect()
    }
}

impl Components {
    pub(crate) fn count(&self) -> u32 {
        self.0.len()
    }

    pub(crate) fn components(&self, offset: u32, limit: u32) -> Vec<Component> {
        self.0.components(offset, limit).into_iter().map(rows::component).collect()
    }

    pub(crate) fn inside_licenses(&self, denied: &[String], offset: u32, limit: u32) -> Vec<Component> {
        self.0.inside_licenses(denied, offset, limit).into_iter().map(rows::component).collect()
    }

    pub(crate) fn outside_licenses(&self, allowed: &[String], offset: u32, limit: u32) -> Vec<Component> {
        self.0.outside_licenses(allowed, offset, limit).into_iter().map(rows::component).collect()
    }
}
