//! An example: a folder with a deployment, its reports, and the decision that is expected of them.

use crate::{
    api::{answer::Answer, request::DeploymentRequestBody},
    client::{self, Failure, Reply, Server},
    folder,
    gate::submission::Submission,
};
use serde::Deserialize;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// An example as it lies in its folder.
#[derive(Debug, Clone)]
pub struct Example {
    /// The folder.
    pub path: PathBuf,
    /// What to ask.
    pub submission: Submission,
    /// What should come of it.
    pub expected: Expected,
}

/// What should come of an example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: String,
    /// Whether the deployment may go on.
    pub allowed: bool,
    /// The exit code of `tidegate decide`.
    pub exit: u8,
    /// As printed.
    pub score: String,
    /// Every reason against it.
    pub blocking: Vec<crate::api::answer::BlockerBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    skip: Vec<String>,
    expected: Expected,
}

/// Why an example could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// A file of it.
    #[error("`{}`: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of it.
    #[error("`{}`: {source}", path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The gate did not answer.
    #[error("`{}`: {failure}", path.display())]
    Send {
        /// Which example.
        path: PathBuf,
        /// Why.
        failure: Failure,
    },
    /// The gate decided otherwise.
    #[error("`{}`: expected {expected}, the gate said {found}", path.display())]
    Unexpected {
        /// Which example.
        path: PathBuf,
        /// What its folder says.
        expected: String,
        /// What the gate said.
        found: String,
    },
}

impl Example {
    /// Reads an example's folder.
    pub fn read(path: &Path) -> Result<Self, ExampleError> {
        let file: File = parsed(&path.join("example.json"))?;
        let deployment: DeploymentRequestBody = parsed(&path.join("deployment.json"))?;
        let evidence = path.join("evidence");
        let evidence = folder::uploads_of(&evidence).map_err(|source| ExampleError::Read { path: evidence, source })?;
        let submission = Submission { deployment, skip: file.skip, emergency: None, evidence };
        Ok(Self { path: path.to_owned(), submission, expected: file.expected })
    }

    /// The policies of its own, or those of the repository.
    #[must_use]
    pub fn policies(&self, root: &Path) -> PathBuf {
        let own = self.path.join("policies");
        if own.is_dir() { own } else { root.join("policies") }
    }

    /// Sends it to a gate.
    pub fn send(&self, server: &Server) -> Result<Answer, ExampleError> {
        let failed = |failure| ExampleError::Send { path: self.path.clone(), failure };
        let Reply { answer, .. } =
            client::decide(server, &self.submission, &client::Options::default()).map_err(failed)?;
        Ok(answer)
    }

    /// Whether an answer is what the example says.
    pub fn as_expected(&self, answer: &Answer) -> Result<(), ExampleError> {
        let expected = &self.expected;
        let same = answer.outcome == expected.outcome
            && answer.allowed == expected.allowed
            && answer.score.text == expected.score
            && answer.blocking == expected.blocking;
        if same {
            return Ok(());
        }
        let found = format!("{} ({}, blocking {:?})", answer.outcome, answer.score.text, answer.blocking);
        let expected = format!("{} ({}, blocking {:?})", expected.outcome, expected.score, expected.blocking);
        Err(ExampleError::Unexpected { path: self.path.clone(), expected, found })
    }
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, ExampleError> {
    let text = fs::read_to_string(path).map_err(|source| ExampleError::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| ExampleError::Parse { path: path.to_owned(), source })
}
