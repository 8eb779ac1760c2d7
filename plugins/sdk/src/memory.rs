//! Evidence in this process: what native tests look at in the host's stead, by the contract's words.

mod components;
mod scan;
mod tests;
mod vulnerabilities;

pub(crate) use self::{
    components::Components,
    scan::{Scan, ScanRows},
    tests::{TestRows, Tests},
    vulnerabilities::{Vulnerabilities, VulnerabilityRows},
};
use crate::evidence::{
    self, Baseline, Content, Source,
    components::{BillOfMaterials, Component},
    scan::ScanReport,
    small::{Coverage, Fact, Measurement, Provenance, Statement},
    tests::TestReport,
    vulnerabilities::VulnerabilityReport,
};
use std::rc::Rc;

/// Bytes of one answer, at most, as in the contract.
const BYTES_MAX: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) documents: Vec<Rc<DocumentRows>>,
    pub(crate) baseline: BaselineRows,
}

#[derive(Debug)]
pub(crate) enum BaselineRows {
    NotAsked,
    First,
    Documents(Vec<Rc<DocumentRows>>),
    Unavailable(String),
}

#[derive(Debug, Clone)]
pub(crate) struct DocumentRows {
    pub(crate) source: Source,
    pub(crate) contents: Vec<ContentRows>,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(crate) enum ContentRows {
    Tests(Rc<TestRows>),
    Scan(Rc<ScanRows>),
    Vulnerabilities(Rc<VulnerabilityRows>),
    Components(Rc<[Component]>),
    Coverage(Coverage),
    Measurements(Vec<Measurement>),
    Statements(Vec<Statement>),
    Provenance(Provenance),
    Facts(Vec<Fact>),
}

#[derive(Debug)]
pub(crate) struct Document(Rc<DocumentRows>);

fn documents(rows: &[Rc<DocumentRows>]) -> Vec<evidence::Document> {
    rows.iter().map(|row| evidence::Document(Document(Rc::clone(row)))).collect()
}

impl Evidence {
    pub(crate) fn documents(&self) -> Vec<evidence::Document> {
        documents(&self.documents)
    }

    pub(crate) fn baseline(&self) -> Baseline {
        match &self.baseline {
            BaselineRows::NotAsked => Baseline::NotAsked,
            BaselineRows::First => Baseline::First,
            BaselineRows::Documents(rows) => Baseline::Documents(documents(rows)),
            BaselineRows::Unavailable(why) => Baseline::Unavailable(why.clone()),
        }
    }
}

impl Document {
    pub(crate) fn source(&self) -> Source {
        self.0.source.clone()
    }

    pub(crate) fn contents(&self) -> Vec<Content> {
        let content = |rows: &ContentRows| match rows {
            ContentRows::Tests(rows) => Content::Tests(TestReport(Tests(Rc::clone(rows)))),
            ContentRows::Scan(rows) => Content::Scan(ScanReport(Scan(Rc::clone(rows)))),
            ContentRows::Vulnerabilities(rows) => {
                Content::Vulnerabilities(VulnerabilityReport(Vulnerabilities(Rc::clone(rows))))
            }
            ContentRows::Components(rows) => Content::Components(BillOfMaterials(Components(Rc::clone(rows)))),
            ContentRows::Coverage(coverage) => Content::Coverage(*coverage),
            ContentRows::Measurements(measurements) => Content::Measurements(measurements.clone()),
            ContentRows::Statements(statements) => Content::Statements(statements.clone()),
            ContentRows::Provenance(provenance) => Content::Provenance(provenance.clone()),
            ContentRows::Facts(facts) => Content::Facts(facts.clone()),
        };
        self.0.contents.iter().map(content).collect()
    }

    pub(crate) fn bytes(&self, offset: u64, len: u32) -> Vec<u8> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        self.0.bytes.iter().skip(offset).take((len as usize).min(BYTES_MAX)).copied().collect()
    }

    pub(crate) fn size(&self) -> u64 {
        self.0.bytes.len() as u64
    }
}

/// One page of rows.
fn page<T>(rows: impl Iterator<Item = T>, offset: u32, limit: u32) -> Vec<T> {
    rows.skip(offset as usize).take(limit as usize).collect()
}
