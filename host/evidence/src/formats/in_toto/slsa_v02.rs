//! SLSA provenance v0.2, which many builders still write.

use super::{
    DigestSet,
    source_of::{Build, Resource},
};
use crate::{
    error::ReadError,
    json,
    source::{Reading, Source},
};
use serde::Deserialize;

pub(super) const PREDICATE: &str = "https://slsa.dev/provenance/v0.2";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    builder: Builder,
    build_type: String,
    #[serde(default)]
    invocation: Option<Invocation>,
    #[serde(default)]
    metadata: Option<Metadata>,
    #[serde(default)]
    materials: Option<Vec<Resource>>,
}

#[derive(Debug, Deserialize)]
struct Builder {
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    config_source: Option<ConfigSource>,
}

#[derive(Debug, Deserialize)]
struct ConfigSource {
    #[serde(default)]
    uri: Option<String>,
    #[serde(default)]
    digest: Option<DigestSet>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    build_started_on: Option<String>,
    #[serde(default)]
    build_finished_on: Option<String>,
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let root: Root = json::parse(source)?;
    let config = root.invocation.and_then(|invocation| invocation.config_source);
    let named = config.as_ref().and_then(|config| config.uri.clone()).filter(|uri| !uri.is_empty());
    // Whoever names the source with its digest need not list it among the materials; it goes first, so it is found first.
    let config = config.map(|config| Resource { uri: config.uri, digest: config.digest });
    let used: Vec<Resource> = config.into_iter().chain(root.materials.unwrap_or_default()).collect();
    let metadata = root.metadata.as_ref();
    let build = Build {
        builder: &root.builder.id,
        build_type: &root.build_type,
        finished: metadata
            .and_then(|metadata| metadata.build_finished_on.as_deref().or(metadata.build_started_on.as_deref())),
        named: named.as_deref().map(|uri| (uri, None)),
        used: &used,
    };
    Ok(build.reading(source))
}
