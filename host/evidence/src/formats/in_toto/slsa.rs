//! SLSA provenance v1.
//!
//! Build types name their source in parameters of their own: those of GitHub, GitLab, Google Cloud Build and of the specification's
//! examples are known. A build type that names none counts if it used only one thing that has a commit.

use super::source_of::{Build, Resource};
use crate::{
    error::ReadError,
    json,
    source::{Reading, Source},
};
use serde::Deserialize;
use serde_json::Value;

pub(super) const PREDICATE: &str = "https://slsa.dev/provenance/v1";

/// Where parameters name a source, and its branch or tag.
const NAMED_AT: &[(&str, Option<&str>)] = &[
    ("/workflow/repository", Some("/workflow/ref")),
    ("/source/uri", None),
    ("/source", None),
    ("/sourceToBuild/repository", Some("/sourceToBuild/ref")),
    ("/buildConfigSource/repository", Some("/buildConfigSource/ref")),
    ("/configSource/uri", None),
    ("/repository", Some("/ref")),
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    build_definition: Definition,
    run_details: Details,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    build_type: String,
    #[serde(default)]
    external_parameters: Value,
    #[serde(default)]
    resolved_dependencies: Option<Vec<Resource>>,
}

#[derive(Debug, Deserialize)]
struct Details {
    builder: Builder,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct Builder {
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    started_on: Option<String>,
    #[serde(default)]
    finished_on: Option<String>,
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let root: Root = json::parse(source)?;
    let metadata = root.run_details.metadata.as_ref();
    let build = Build {
        builder: &root.run_details.builder.id,
        build_type: &root.build_definition.build_type,
        finished: metadata.and_then(|metadata| metadata.finished_on.as_deref().or(metadata.started_on.as_deref())),
        named: named(&root.build_definition.external_parameters),
        used: root.build_definition.resolved_dependencies.as_deref().unwrap_or_default(),
    };
    Ok(build.reading(source))
}

fn named(parameters: &Value) -> Option<(&str, Option<&str>)> {
    let text = |pointer: &str| parameters.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    NAMED_AT.iter().find_map(|(at, ref_at)| Some((text(at)?, ref_at.and_then(text))))
}
