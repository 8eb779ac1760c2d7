//! SPDX 2.2 and 2.3 as JSON: the packages of a product, with their licences.
//!
//! A licence is the concluded one, else the declared one; `NOASSERTION` and `NONE` name no licence. What the document
//! describes is a package like the others, and its SHA256 checksums are what the document speaks of. SPDX 3.0 is another
//! format by the same name: it is recognised, to be refused for what it is.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty},
    subjects,
    text::{Interner, bounded, quoted},
};
use serde::Deserialize;
use std::{collections::HashSet, sync::Arc};
use tidegate_core::{
    digest::Digest,
    evidence::{BillOfMaterials, Completeness, Component, Content, DocumentTime},
};

const VERSIONS: [&str; 2] = ["SPDX-2.2", "SPDX-2.3"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    spdx_version: String,
    #[serde(rename = "SPDXID")]
    id: Option<String>,
    creation_info: Option<Creation>,
    document_describes: Option<Vec<String>>,
    packages: Option<Vec<Package>>,
    relationships: Option<Vec<Relationship>>,
}

#[derive(Debug, Deserialize)]
struct Creation {
    created: Option<String>,
    creators: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: String,
    name: String,
    version_info: Option<String>,
    license_concluded: Option<String>,
    license_declared: Option<String>,
    checksums: Option<Vec<Checksum>>,
    external_refs: Option<Vec<Reference>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: String,
    checksum_value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    reference_type: String,
    reference_locator: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    related_spdx_element: String,
    relationship_type: String,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.has("spdxVersion") || is_third(survey)
}

/// SPDX 3.0 is JSON-LD.
fn is_third(survey: &json::Survey) -> bool {
    let is_spdx = |context: &str| context.starts_with("https://spdx.org/") || context.starts_with("http://spdx.org/");
    survey.has("@graph") && survey.text_of("@context").is_some_and(is_spdx)
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    if is_third(json::survey(source)?) {
        return Err(source.malformed(Place::Document, "this is SPDX 3.0; SPDX 2.2 and 2.3 are what is read"));
    }
    let root: Root = json::parse(source)?;
    if !VERSIONS.contains(&root.spdx_version.as_str()) {
        let what = format!("the version is {}; SPDX-2.2 and SPDX-2.3 are what is read", quoted(&root.spdx_version));
        return Err(source.malformed(at("spdxVersion".to_owned()), &what));
    }
    let mut texts = Interner::default();
    let packages = root.packages.as_deref().unwrap_or_default();
    let components: Vec<Component> = packages.iter().map(|package| component(source, &mut texts, package)).collect();
    let completeness = if components.is_empty() {
        empty("no packages: the tool may have found nothing that it knows")
    } else {
        Completeness::Complete
    };
    let mut reading = Reading::new(completeness, vec![Content::Components(Arc::new(BillOfMaterials { components }))]);
    reading.subjects = digests(source, &root, packages)?;
    if let Some(creation) = &root.creation_info {
        reading.produced_at = created(source, creation)?;
        reading.tool = tool(source, creation);
    }
    Ok(reading)
}

fn at(path: String) -> Place {
    Place::Value { path, at: None }
}

fn component(source: &Source<'_>, texts: &mut Interner, package: &Package) -> Component {
    let mut text = |text: &str| texts.bounded(text, source.limits);
    let stated = |license: &Option<String>| {
        let license = license.as_deref().map(str::trim);
        license.filter(|name| !matches!(*name, "" | "NOASSERTION" | "NONE")).map(str::to_owned)
    };
    let license = stated(&package.license_concluded).or_else(|| stated(&package.license_declared));
    let mut references = package.external_refs.iter().flatten();
    let purl = references.find(|reference| reference.reference_type == "purl");
    Component {
        name: text(&package.name),
        version: text(package.version_info.as_deref().unwrap_or_default()),
        purl: purl.map(|purl| text(&purl.reference_locator)),
        licenses: license.iter().map(|license| text(license)).collect(),
    }
}

/// Digests of the packages that the document describes.
fn digests(source: &Source<'_>, root: &Root, packages: &[Package]) -> Result<Vec<Digest>, ReadError> {
    let document = root.id.as_deref().unwrap_or("SPDXRef-DOCUMENT");
    let mut described: HashSet<&str> = root.document_describes.iter().flatten().map(String::as_str).collect();
    for relationship in root.relationships.iter().flatten() {
        let (from, to) = (relationship.spdx_element_id.as_str(), relationship.related_spdx_element.as_str());
        match relationship.relationship_type.as_str() {
            "DESCRIBES" if from == document => described.insert(to),
            "DESCRIBED_BY" if to == document => described.insert(from),
            _ => false,
        };
    }
    let mut digests = Vec::new();
    for (index, package) in packages.iter().enumerate().filter(|(_, package)| described.contains(&*package.id)) {
        for (number, checksum) in package.checksums.iter().flatten().enumerate() {
            if checksum.algorithm != "SHA256" {
                continue;
            }
            let digest = Digest::parse(&format!("sha256:{}", checksum.checksum_value)).map_err(|_| {
                let what = format!("{} is not a SHA-256 digest", quoted(&checksum.checksum_value));
                source.malformed(at(format!("packages[{index}].checksums[{number}].checksumValue")), &what)
            })?;
            digests.push(digest);
        }
    }
    Ok(subjects::distinct(digests))
}

fn created(source: &Source<'_>, creation: &Creation) -> Result<Option<DocumentTime>, ReadError> {
    let Some(text) = &creation.created else { return Ok(None) };
    let time = document_time(text).ok_or_else(|| {
        source.malformed(at("creationInfo.created".to_owned()), &format!("{} is not a time", quoted(text)))
    })?;
    Ok(Some(time))
}

fn tool(source: &Source<'_>, creation: &Creation) -> Option<Arc<str>> {
    let creators = creation.creators.iter().flatten();
    let tools: Vec<&str> = creators.filter_map(|creator| creator.strip_prefix("Tool:")).map(str::trim).collect();
    (!tools.is_empty()).then(|| bounded(&tools.join(", "), source.limits))
}
