//! Documents themselves, and what is small enough to be handed over by value.

use super::{
    page::{Clock, Page, page},
    rows::{BaselineRow, ComponentRow, ContentRow, SourceRow, StatementRow},
    shown::{Shown, ShownBaseline, ShownDocument, place},
};
use crate::stop::Stop;
use std::sync::Arc;
use tidegate_core::{
    evidence::{BillOfMaterials, Completeness, Component, Content},
    signer::Signed,
    time::Timestamp,
};
use wasmtime::component::Resource;

/// Bytes of a document in one answer.
const BYTES_MAX: usize = 1 << 20;

/// Where a document comes from.
pub(super) fn source(document: &ShownDocument) -> SourceRow {
    let evidence = &document.evidence;
    let document = &evidence.document;
    SourceRow {
        name: evidence.name.as_str().to_owned(),
        service: evidence.service.as_ref().map(|service| service.as_str().to_owned()),
        format: Arc::clone(&document.format),
        digest: document.digest.to_string(),
        tool: document.tool.clone(),
        author: document.author.clone(),
        produced_at: document.produced_at.map(|time| time.at.nanos()),
        subjects: document.subjects.iter().map(ToString::to_string).collect(),
        signer: document.signer.as_ref().and_then(Signed::first).cloned(),
        complete: document.completeness == Completeness::Complete,
    }
}

/// What a document holds; the large kinds as handles.
pub(super) fn contents(shown: &Shown, document: &ShownDocument) -> Vec<ContentRow> {
    let made_at = document.evidence.made_at();
    shown.contents(document).filter_map(|(place, content)| content_row(place, content, made_at)).collect()
}

/// What is said about vulnerabilities is seen where they are: as the claims of their report.
fn content_row(place: u32, content: &Content, made_at: Timestamp) -> Option<ContentRow> {
    Some(match content {
        Content::Vex(_) => return None,
        Content::Tests(_) => ContentRow::Tests(Resource::new_own(place)),
        Content::Scan(_) => ContentRow::Scan(Resource::new_own(place)),
        Content::Vulnerabilities(_) => ContentRow::Vulnerabilities(Resource::new_own(place)),
        Content::Components(_) => ContentRow::Components(Resource::new_own(place)),
        Content::Coverage(coverage) => ContentRow::Coverage(coverage.into()),
        Content::Measurements(rows) => ContentRow::Measurements(rows.iter().map(Into::into).collect()),
        Content::Statements(rows) => {
            ContentRow::Statements(rows.iter().map(|row| StatementRow::new(row, made_at)).collect())
        }
        Content::Provenance(provenance) => ContentRow::Provenance((&**provenance).into()),
        Content::Facts(rows) => ContentRow::Facts(rows.iter().map(Into::into).collect()),
    })
}

/// Part of a document as stored.
pub(super) fn bytes(document: &ShownDocument, offset: u64, len: u32) -> Vec<u8> {
    let bytes = &document.evidence.document.bytes;
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let len = (len as usize).min(BYTES_MAX).min(bytes.len() - from);
    bytes.get(from..from + len).unwrap_or_default().to_vec()
}

/// Handles to documents at these places.
pub(super) fn documents<T>(places: std::ops::Range<usize>) -> Vec<Resource<T>> {
    places.map(|index| Resource::new_own(place(index))).collect()
}

/// What there is of a baseline.
pub(super) fn baseline(shown: &Shown) -> BaselineRow {
    match shown.baseline() {
        ShownBaseline::NotAsked => BaselineRow::NotAsked,
        ShownBaseline::First => BaselineRow::First,
        ShownBaseline::Documents => BaselineRow::Documents(documents(shown.earlier())),
        ShownBaseline::Unavailable(why) => BaselineRow::Unavailable(Arc::clone(why)),
    }
}

/// The wanted components of a bill of materials.
pub(super) fn components(
    bill: &BillOfMaterials,
    wanted: impl Fn(&Component) -> bool,
    want: Page,
    clock: Clock,
) -> Result<Vec<ComponentRow>, Stop> {
    page(&bill.components, want, clock, wanted, ComponentRow::from)
}
