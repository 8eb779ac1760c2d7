//! What cargo says of packages, as far as it is asked.

use crate::target::Platform;
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<MetadataPackage>,
    pub(super) workspace_root: PathBuf,
    pub(super) target_directory: PathBuf,
}

#[derive(Deserialize)]
pub(super) struct MetadataPackage {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) manifest_path: PathBuf,
    pub(super) targets: Vec<Target>,
    pub(super) metadata: Option<PackageMetadata>,
}

#[derive(Deserialize)]
pub(super) struct PackageMetadata {
    pub(super) tidegate: Option<OurMetadata>,
}

#[derive(Deserialize)]
pub(super) struct OurMetadata {
    pub(super) target: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Target {
    crate_types: Vec<String>,
}

impl MetadataPackage {
    /// What it is compiled for; the target it names where no gate runs that.
    pub(super) fn platform(&self) -> Result<Platform, String> {
        let ours = self.metadata.as_ref().and_then(|metadata| metadata.tidegate.as_ref());
        match ours.and_then(|ours| ours.target.as_ref()) {
            None => Ok(Platform::default()),
            Some(target) => Platform::of_target(target).ok_or_else(|| target.clone()),
        }
    }
}

impl Target {
    pub(super) fn is_cdylib(&self) -> bool {
        self.crate_types.iter().any(|kind| kind == "cdylib")
    }
}
