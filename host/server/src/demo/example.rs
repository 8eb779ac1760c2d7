//! An example: a folder with a deployment, its reports, and the decision that is expected of them.

use crate::{
    api::answer::Answer,
    cases,
    client::{self, Failure, Reply, Server},
    folder::{self, FolderError},
    gate::submission::Submission,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};

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
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The gate did not answer.
    #[error("`{}`: {failure}", path.display())]
    Send {
        /// Which example.
        path: PathBuf,
        /// Why.
        failure: Failure,
    },
    /// The gate decided otherwise.
    #[error("`{}`: {differences}", path.display())]
    Unexpected {
        /// Which example.
        path: PathBuf,
        /// Everything in which it did.
        differences: String,
    },
}

impl Example {
    /// Reads an example's folder.
    pub fn read(path: &Path) -> Result<Self, ExampleError> {
        let file: File = folder::parsed(&path.join("example.json"))?;
        let submission = folder::submission_of(path, file.skip)?;
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
        let differences = self.expected.in_full().differences(&Ok(answer.clone()));
        if differences.is_empty() {
            return Ok(());
        }
        let differences = differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Err(ExampleError::Unexpected { path: self.path.clone(), differences })
    }
}

impl Expected {
    /// As a case says it; the exit code is the command line's.
    fn in_full(&self) -> cases::expected::Expected {
        cases::expected::Expected {
            outcome: Some(self.outcome.clone()),
            allowed: Some(self.allowed),
            score: Some(self.score.clone()),
            blocking: Some(self.blocking.clone()),
            ..cases::expected::Expected::default()
        }
    }
}
