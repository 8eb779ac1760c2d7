//! CycloneDX's JSON, 1.3 to 1.7: components, vulnerabilities and who says which of them reach the product.
//!
//! A vulnerability's severity is the worst of its ratings; `info` and `none` are info; `unknown`, a word that is not known and
//! no rating at all are medium: unrated is not harmless. A rating with a
//! CVSS score alone is what CVSS calls that score.
//! Nothing in the format says that vulnerabilities were looked for, so an empty list of them is no content.

mod rows;
mod shape;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty},
    subjects,
    text::{bounded, quoted},
};
use rows::Rows;
use serde_json::Value;
use shape::{Bom, Metadata, Part, Party};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    evidence::{BillOfMaterials, Completeness, Content, VulnerabilityReport},
    vex::VexReport,
};

const VERSIONS: &[&str] = &["1.3", "1.4", "1.5", "1.6", "1.7"];

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.text_of("bomFormat") == Some("CycloneDX")
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let bom: Bom = json::parse(source)?;
    if !VERSIONS.contains(&bom.spec_version.as_str()) {
        let place = Place::Value { path: "specVersion".to_owned(), at: None };
        let what = format!("{} is not read; expected `1.3` to `1.7`", quoted(&bom.spec_version));
        return Err(source.malformed(place, &what));
    }
    let contents = contents(&bom, source);
    let completeness = if contents.is_empty() {
        empty("the document lists no component and no vulnerability")
    } else {
        Completeness::Complete
    };
    let mut reading = Reading::new(completeness, contents);
    if let Some(metadata) = &bom.metadata {
        reading.tool = metadata.tools.as_ref().and_then(tool).map(|tool| bounded(&tool, source.limits));
        reading.produced_at = metadata.timestamp.as_deref().and_then(document_time);
        reading.author = author(metadata).map(|author| bounded(author, source.limits));
        reading.subjects = metadata.component.as_ref().map(digests).unwrap_or_default();
    }
    Ok(reading)
}

fn contents(bom: &Bom, source: &Source<'_>) -> Vec<Content> {
    let main = bom.metadata.as_ref().and_then(|metadata| metadata.component.as_ref());
    let mut rows = Rows::new(source.limits, main, bom.components.as_deref().unwrap_or_default());
    let mut contents = Vec::new();
    let components = rows.components();
    if !components.is_empty() {
        contents.push(Content::Components(Arc::new(BillOfMaterials { components })));
    }
    let found = bom.vulnerabilities.as_deref().unwrap_or_default();
    let vulnerabilities: Vec<_> = found.iter().flat_map(|found| rows.vulnerabilities(found)).collect();
    if !vulnerabilities.is_empty() {
        let report = VulnerabilityReport { vulnerabilities, ..VulnerabilityReport::default() };
        contents.push(Content::Vulnerabilities(Arc::new(report)));
    }
    let written = bom.metadata.as_ref().and_then(|metadata| metadata.timestamp.as_deref()).and_then(document_time);
    let statements: Vec<_> = found.iter().filter_map(|found| rows.statement(found, written)).collect();
    if !statements.is_empty() {
        contents.push(Content::Vex(Arc::new(VexReport { statements })));
    }
    contents
}

fn author(metadata: &Metadata) -> Option<&str> {
    let parties = metadata.authors.iter().flatten().chain(&metadata.supplier).chain(&metadata.manufacturer);
    parties.filter_map(|party: &Party| party.name.as_deref()).find(|name| !name.trim().is_empty())
}

/// All that are named, in a row.
fn tool(tools: &Value) -> Option<String> {
    let list = tools.as_array().or_else(|| tools.get("components")?.as_array())?;
    let named = list.iter().filter_map(|tool| {
        let name = tool.get("name")?.as_str()?;
        let version = tool.get("version").and_then(Value::as_str).unwrap_or_default();
        Some(format!("{name} {version}").trim().to_owned())
    });
    let names: Vec<String> = named.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// By its hashes, and an image by the version of its package URL.
fn digests(main: &Part) -> Vec<Digest> {
    let hashes = main.hashes.iter().flatten().filter(|hash| hash.alg == "SHA-256");
    let hashes = hashes.map(|hash| format!("sha256:{}", hash.content.to_ascii_lowercase()));
    let image = main.purl.as_deref().and_then(|purl| purl.strip_prefix("pkg:oci/"));
    let version = image.and_then(|rest| rest.split(['?', '#']).next()?.rsplit_once('@'));
    let version = version.map(|(_, version)| version.to_ascii_lowercase().replace("%3a", ":"));
    subjects::of_texts(hashes.chain(version))
}
