//! What is to be deployed, from flags or from a file.

use crate::api::request::{ArtifactRequest, DeploymentRequestBody, RevisionRequest, ServiceRequest};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::PathBuf,
    str::FromStr,
};
use tidegate_core::{
    deployment::Cause,
    digest::Digest,
    name::{Commit, EnvironmentName, ServiceName, Version},
};

/// Bytes of a deployment's file, at most: what the gate takes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// What is to be deployed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Deployment")]
pub(in crate::cli) struct Flags {
    /// A deployment as JSON: the way to deploy several services at once
    #[arg(long, value_name = "FILE.json", conflicts_with_all = [
        "id", "environment", "service", "version", "previous_version", "artifact", "artifact_uri", "repository", "commit", "ref_name",
        "cause", "label",
    ])]
    deployment: Option<PathBuf>,
    /// Where to
    #[arg(long, value_name = "NAME", required_unless_present = "deployment")]
    environment: Option<EnvironmentName>,
    /// What; several services are given with `--deployment`
    #[arg(long, value_name = "NAME", required_unless_present = "deployment")]
    service: Option<ServiceName>,
    /// Its version to deploy
    #[arg(long, value_name = "VERSION", required_unless_present = "deployment")]
    version: Option<Version>,
    /// Its version that runs now
    #[arg(long, value_name = "VERSION")]
    previous_version: Option<Version>,
    /// The digest of the bytes to deploy
    #[arg(long, value_name = "sha256:…")]
    artifact: Option<Digest>,
    /// Where these bytes lie
    #[arg(long, value_name = "URI", requires = "artifact")]
    artifact_uri: Option<String>,
    /// The repository of the commit
    #[arg(long, value_name = "NAME", requires = "commit")]
    repository: Option<String>,
    /// The commit that the deployment is made from
    #[arg(long, value_name = "COMMIT")]
    commit: Option<Commit>,
    /// Its branch or tag
    #[arg(long = "ref", value_name = "REF", requires = "commit")]
    ref_name: Option<String>,
    /// push, manual, schedule, promotion or rollback [default: push]
    #[arg(long, value_name = "CAUSE", value_parser = cause)]
    cause: Option<Cause>,
    /// Anything else worth recording
    #[arg(long, value_name = "NAME=VALUE")]
    label: Vec<Pair>,
    /// A stable name of this attempt
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair(String, String);

impl FromStr for Pair {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err("expected `name=value`"),
        }
    }
}

fn cause(text: &str) -> Result<Cause, String> {
    let words = Cause::ALL.map(Cause::word).join(", ");
    Cause::ALL.into_iter().find(|cause| cause.word() == text).ok_or_else(|| format!("expected one of {words}"))
}

/// A deployment's file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum FileError {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("`{}` is too large: more than {allowed} bytes used, {allowed} allowed", path.display())]
    TooLarge { path: PathBuf, allowed: u64 },
    #[error("`{}` is not a deployment: {source}", path.display())]
    Form { path: PathBuf, source: serde_json::Error },
}

impl Flags {
    /// A label that is given twice.
    pub(super) fn labels_once(&self) -> Result<(), String> {
        let mut seen = BTreeMap::new();
        match self.label.iter().find(|pair| seen.insert(&pair.0, ()).is_some()) {
            Some(Pair(name, _)) => Err(name.clone()),
            None => Ok(()),
        }
    }

    /// The deployment as the gate takes it.
    pub(in crate::cli) fn read(&self) -> Result<DeploymentRequestBody, FileError> {
        match &self.deployment {
            Some(path) => read_file(path),
            None => Ok(self.body()),
        }
    }

    fn body(&self) -> DeploymentRequestBody {
        let artifact = self.artifact.map(|digest| ArtifactRequest {
            uri: self.artifact_uri.clone().unwrap_or_default(),
            digest: digest.to_string(),
        });
        let service = self.service.as_ref().map(|name| ServiceRequest {
            name: name.to_string(),
            version: self.version.as_ref().map(ToString::to_string).unwrap_or_default(),
            previous_version: self.previous_version.as_ref().map(ToString::to_string),
            artifact,
        });
        let revision = self.commit.as_ref().map(|commit| RevisionRequest {
            repository: self.repository.clone().unwrap_or_default(),
            commit: commit.to_string(),
            ref_name: self.ref_name.clone().unwrap_or_default(),
        });
        DeploymentRequestBody {
            id: self.id.clone(),
            environment: self.environment.as_ref().map(ToString::to_string).unwrap_or_default(),
            services: service.into_iter().collect(),
            revision,
            cause: self.cause.map(|cause| cause.word().to_owned()),
            labels: self.label.iter().map(|Pair(name, value)| (name.clone(), value.clone())).collect(),
        }
    }
}

fn read_file(path: &PathBuf) -> Result<DeploymentRequestBody, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|source| FileError::Read { path: path.clone(), source })?;
    if u64::try_from(bytes.len()).map_or(true, |used| used > FILE_BYTES_MAX) {
        return Err(FileError::TooLarge { path: path.clone(), allowed: FILE_BYTES_MAX });
    }
    // A list would be taken for the members in order, and an empty one for a deployment of nothing.
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes);
    let body = object.and_then(|_| serde_json::from_slice(&bytes));
    body.map_err(|source| FileError::Form { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::{FILE_BYTES_MAX, FileError, read_file};
    use std::fs;

    #[test]
    fn a_deployments_file_is_taken_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("d.json");
        for (text, cause) in [
            ("", "EOF while parsing a value"),
            ("{", "EOF while parsing an object"),
            ("[]", "invalid type: sequence"),
            (r#"{"environment": "production", "servces": []}"#, "unknown field `servces`"),
            (r#"{"environment": "production"} {}"#, "trailing characters"),
        ] {
            fs::write(&file, text).unwrap();
            let error = read_file(&file).unwrap_err().to_string();
            assert!(error.contains(&format!("/d.json` is not a deployment: {cause}")), "{error}");
        }
        fs::write(&file, r#"{"environment": "production", "services": [{"name": "api", "version": "1"}]}"#).unwrap();
        assert_eq!(read_file(&file).unwrap().services.len(), 1);
    }

    #[test]
    fn a_file_over_the_limit_says_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("d.json");
        fs::write(&file, " ".repeat(70_000)).unwrap();
        let error = read_file(&file).unwrap_err();
        assert!(matches!(error, FileError::TooLarge { allowed: FILE_BYTES_MAX, .. }));
        assert!(error.to_string().ends_with("is too large: more than 65536 bytes used, 65536 allowed"));
    }
}
